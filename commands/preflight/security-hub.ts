import {
  GetFindingAggregatorCommand,
  ListFindingAggregatorsCommand,
  paginateListStandardsControlAssociations,
} from "@aws-sdk/client-securityhub";
import { hubArn, hubScope, type HubScope } from "../account/hub.ts";
import { nativeSubscription } from "../native-import.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

/** The hub's scope. `off`: Security Hub says that it is not enabled; a missing permission is an error instead. */
export type HubState = HubScope | "off";

/** Errors of DescribeHub if Security Hub is not enabled (Security Hub API reference). */
const OFF = new Set(["InvalidAccessException", "ResourceNotFoundException"]);

/** Reads whether Security Hub is on. @throws {Error} if that is unknown */
export async function readHub({ clients }: Account): Promise<HubState> {
  try {
    return hubScope(await hubArn(clients.hub));
  } catch (error) {
    if (error instanceof Error && OFF.has(error.name)) return "off";
    throw error;
  }
}

/** Judges whether Security Hub is on, or whether the deployment turns it on. */
export function judgeHub(hub: HubState, enableSecurityHub: boolean): Judgement {
  if (hub !== "off" && enableSecurityHub) {
    const advice = "Fine if this stack enabled it. If not, remove enableSecurityHub: enabling it again fails.";
    return { result: "note", found: "already on, and enableSecurityHub is set", advice };
  }
  if (hub !== "off") return { result: "ok", found: "on" };
  if (enableSecurityHub) return { result: "note", found: "off; pulumi up enables it (enableSecurityHub)" };
  return { result: "problem", found: "off", advice: "Enable Security Hub CSPM here, or set enableSecurityHub: true." };
}

/** Judges whether the native integration's findings are imported beside ours. */
export function judgeNativeImport(isOn: boolean, region: string): Judgement {
  if (!isOn) return { result: "ok", found: "off" };
  const advice = `A noncompliant node then has findings of both products. To keep only ours, run npm run native-import -- --region ${region} off`;
  return { result: "note", found: "on", advice };
}

/** The account's finding aggregator. */
interface Aggregation {
  readonly home: string;
  /** ALL_REGIONS, ALL_REGIONS_EXCEPT_SPECIFIED, SPECIFIED_REGIONS or NO_REGIONS. */
  readonly mode: string;
  readonly regions: readonly string[];
}

async function readAggregation({ clients: { hub } }: Account): Promise<Aggregation | undefined> {
  const { FindingAggregators: [first] = [] } = await hub.send(new ListFindingAggregatorsCommand({}));
  if (first?.FindingAggregatorArn === undefined) return undefined;
  const { FindingAggregatorArn } = first;
  const found = await hub.send(new GetFindingAggregatorCommand({ FindingAggregatorArn }));
  return {
    home: found.FindingAggregationRegion ?? "",
    mode: found.RegionLinkingMode ?? "",
    regions: found.Regions ?? [],
  };
}

/** Judges whether findings of the Region reach the home Region. */
export function judgeAggregation(aggregation: Aggregation | undefined, region: string): Judgement {
  if (aggregation === undefined) return { result: "ok", found: `none: findings are visible only in ${region}` };
  const { home, mode, regions } = aggregation;
  if (home === region) return { result: "ok", found: `${region} is the home Region` };
  const isLinked =
    mode === "ALL_REGIONS" ||
    (mode === "SPECIFIED_REGIONS" && regions.includes(region)) ||
    (mode === "ALL_REGIONS_EXCEPT_SPECIFIED" && !regions.includes(region));
  if (isLinked) return { result: "ok", found: `${region} is linked to the home Region ${home}` };
  const advice = `Link ${region} in Security Hub's settings if you want to see its findings in ${home}.`;
  return { result: "note", found: `the home Region ${home} does not receive findings of ${region}`, advice };
}

/** Whether an enabled standard uses the control SSM.2, which reports patch compliance from AWS Config. */
interface ControlAssociation {
  readonly standard: string;
  readonly enabled: boolean;
}

async function readPatchControl({ clients: { hub } }: Account): Promise<ControlAssociation[]> {
  const all: ControlAssociation[] = [];
  const input = { SecurityControlId: "SSM.2" };
  for await (const page of paginateListStandardsControlAssociations({ client: hub }, input)) {
    for (const { StandardsArn = "", AssociationStatus } of page.StandardsControlAssociationSummaries ?? []) {
      // For example arn:aws:securityhub:eu-west-1::standards/nist-800-53/v/5.0.0. An old standard has ruleset/ instead.
      const [, standard = StandardsArn] = /(?:standards|ruleset)\/([^/]+)/.exec(StandardsArn) ?? [];
      all.push({ standard, enabled: AssociationStatus === "ENABLED" });
    }
  }
  return all;
}

/** Judges whether the control SSM.2 reports the same problems a second time. */
export function judgePatchControl(associations: readonly ControlAssociation[]): Judgement {
  const enabled = associations.filter((each) => each.enabled).map(({ standard }) => standard);
  if (enabled.length > 0) {
    const advice = "Disable SSM.2 in these standards, or accept its findings in addition to ours.";
    return { result: "note", found: `SSM.2 also reports patch compliance, in ${enabled.join(", ")}`, advice };
  }
  if (associations.length === 0) return { result: "ok", found: "no enabled standard includes SSM.2" };
  return { result: "ok", found: "SSM.2 is disabled in all standards" };
}

/** Skips a check if Security Hub is off, because the first Security Hub check reports that. */
export function whileOn(hub: () => Promise<HubState>, run: Check["run"]): Check["run"] {
  return async () => {
    const state = await hub().catch(() => undefined);
    return state === "off" ? undefined : run();
  };
}

/** Returns the checks of Security Hub itself. */
export function hubChecks(account: Account, hub: () => Promise<HubState>): Check[] {
  const { region, settings, clients } = account;
  return [
    {
      name: "Security Hub",
      needs: ["securityhub:DescribeHub"],
      run: async () => judgeHub(await hub(), settings.enableSecurityHub),
    },
    {
      name: "native import",
      needs: ["securityhub:ListEnabledProductsForImport"],
      run: whileOn(hub, async () => judgeNativeImport((await nativeSubscription(clients.hub)) !== undefined, region)),
    },
    {
      name: "aggregation",
      needs: ["securityhub:ListFindingAggregators", "securityhub:GetFindingAggregator"],
      run: whileOn(hub, async () => judgeAggregation(await readAggregation(account), region)),
    },
    {
      name: "control SSM.2",
      needs: ["securityhub:ListStandardsControlAssociations"],
      run: whileOn(hub, async () => judgePatchControl(await readPatchControl(account))),
    },
  ];
}
