import {
  GetFindingAggregatorCommand,
  ListFindingAggregatorsCommand,
  paginateListStandardsControlAssociations,
} from "@aws-sdk/client-securityhub";
import { hubArn, hubScope, type HubScope } from "../account/hub.ts";
import { nativeSubscription } from "../native-import.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

/** Where the hub is; `off` is the service's own word, and no matter of permissions. */
export type HubState = HubScope | "off";

const OFF = new Set(["InvalidAccessException", "ResourceNotFoundException"]);

export async function readHub({ clients }: Account): Promise<HubState> {
  try {
    return hubScope(await hubArn(clients.hub));
  } catch (error) {
    if (error instanceof Error && OFF.has(error.name)) return "off";
    throw error;
  }
}

export function judgeHub(hub: HubState, enableSecurityHub: boolean): Judgement {
  if (hub !== "off" && enableSecurityHub) {
    const advice = "Fine if this stack enabled it. If not, remove enableSecurityHub: enabling it again fails.";
    return { result: "note", found: "on already, and enableSecurityHub is set", advice };
  }
  if (hub !== "off") return { result: "ok", found: "on" };
  if (enableSecurityHub) return { result: "note", found: "off; pulumi up enables it (enableSecurityHub)" };
  return { result: "problem", found: "off", advice: "Enable Security Hub CSPM here, or set enableSecurityHub: true." };
}

export function judgeNativeImport(isOn: boolean, region: string): Judgement {
  if (!isOn) return { result: "ok", found: "off" };
  const advice = `Both products then have findings of a node. When ours are enough: npm run native-import -- --region ${region} off`;
  return { result: "note", found: "on", advice };
}

export interface Aggregation {
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

export function judgeAggregation(aggregation: Aggregation | undefined, region: string): Judgement {
  if (aggregation === undefined) return { result: "ok", found: `none: findings are seen in ${region} only` };
  const { home, mode, regions } = aggregation;
  if (home === region) return { result: "ok", found: `${region} is the home Region` };
  const isLinked =
    mode === "ALL_REGIONS" ||
    (mode === "SPECIFIED_REGIONS" && regions.includes(region)) ||
    (mode === "ALL_REGIONS_EXCEPT_SPECIFIED" && !regions.includes(region));
  if (isLinked) return { result: "ok", found: `${region} is linked to the home Region ${home}` };
  const advice = `Link ${region} in Security Hub's settings if its findings are to be seen in ${home}.`;
  return { result: "note", found: `the home Region ${home} does not take findings of ${region}`, advice };
}

/** How one enabled standard has the control SSM.2 (patch compliance, from AWS Config). */
export interface ControlAssociation {
  readonly standard: string;
  readonly enabled: boolean;
}

async function readPatchControl({ clients: { hub } }: Account): Promise<ControlAssociation[]> {
  const all: ControlAssociation[] = [];
  const input = { SecurityControlId: "SSM.2" };
  for await (const page of paginateListStandardsControlAssociations({ client: hub }, input)) {
    for (const { StandardsArn = "", AssociationStatus } of page.StandardsControlAssociationSummaries ?? []) {
      // Such as arn:aws:securityhub:eu-west-1::standards/nist-800-53/v/5.0.0, and ruleset/... for an old one.
      const [, standard = StandardsArn] = /(?:standards|ruleset)\/([^/]+)/.exec(StandardsArn) ?? [];
      all.push({ standard, enabled: AssociationStatus === "ENABLED" });
    }
  }
  return all;
}

export function judgePatchControl(associations: readonly ControlAssociation[]): Judgement {
  const enabled = associations.filter((each) => each.enabled).map(({ standard }) => standard);
  if (enabled.length > 0) {
    const advice = "Disable SSM.2 in these standards, or accept its finding beside ours.";
    return { result: "note", found: `SSM.2 also reports patch compliance, by ${enabled.join(", ")}`, advice };
  }
  if (associations.length === 0) return { result: "ok", found: "no enabled standard has SSM.2" };
  return { result: "ok", found: "SSM.2 is disabled in all standards" };
}

/** With Security Hub off, its first line says all. */
export function whileOn(hub: () => Promise<HubState>, look: Check["look"]): Check["look"] {
  return async () => {
    const state = await hub().catch(() => undefined);
    return state === "off" ? undefined : look();
  };
}

export function hubChecks(account: Account, hub: () => Promise<HubState>): Check[] {
  const { region, settings, clients } = account;
  return [
    {
      name: "Security Hub",
      needs: ["securityhub:DescribeHub"],
      look: async () => judgeHub(await hub(), settings.enableSecurityHub),
    },
    {
      name: "native import",
      needs: ["securityhub:ListEnabledProductsForImport"],
      look: whileOn(hub, async () => judgeNativeImport((await nativeSubscription(clients.hub)) !== undefined, region)),
    },
    {
      name: "aggregation",
      needs: ["securityhub:ListFindingAggregators", "securityhub:GetFindingAggregator"],
      look: whileOn(hub, async () => judgeAggregation(await readAggregation(account), region)),
    },
    {
      name: "control SSM.2",
      needs: ["securityhub:ListStandardsControlAssociations"],
      look: whileOn(hub, async () => judgePatchControl(await readPatchControl(account))),
    },
  ];
}
