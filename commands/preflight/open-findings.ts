import { paginateGetFindings, type AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { productArn } from "../../functions/security-hub/asff/finding-identity.ts";
import { nativeProductArn } from "../account/native-findings.ts";
import { findingScope } from "../account/own-findings.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";
import { whileOn, type HubState } from "./security-hub.ts";

/** Numbers of open findings about patch compliance, by product. Undefined: more than {@link MAX_COUNTED}. */
interface OpenFindings {
  readonly native: number | undefined;
  readonly ours: number | undefined;
  readonly control: number | undefined;
}

const MAX_COUNTED = 1_000;
const PAGE = 100;

async function readOpenFindings(account: Account, hub: HubState): Promise<OpenFindings> {
  if (hub === "off") return { native: 0, ours: 0, control: 0 };
  const open = {
    AwsAccountId: equalsAny(hub.account),
    RecordState: equalsAny("ACTIVE"),
    WorkflowStatus: equalsAny("NEW", "NOTIFIED"),
  };
  const count = (filters: AwsSecurityFindingFilters) => countFindings(account, { ...open, ...filters });
  return {
    native: await count({ ProductArn: equalsAny(nativeProductArn(hub)) }),
    ours: await count({
      ProductArn: equalsAny(productArn(findingScope(hub))),
      GeneratorId: equalsAny(...Object.values(GENERATOR_IDS)),
    }),
    control: await count({ ComplianceSecurityControlId: equalsAny("SSM.2") }),
  };
}

async function countFindings({ clients }: Account, Filters: AwsSecurityFindingFilters): Promise<number | undefined> {
  let count = 0;
  for await (const page of paginateGetFindings({ client: clients.hub, pageSize: PAGE }, { Filters })) {
    count += page.Findings?.length ?? 0;
    if (count > MAX_COUNTED) return undefined;
  }
  return count;
}

/** Judges the open findings. Only the native integration's findings need a person to act. */
export function judgeOpenFindings({ native, ours, control }: OpenFindings, region: string): Judgement {
  const numberText = (count: number | undefined) => (count === undefined ? `more than ${MAX_COUNTED}` : `${count}`);
  const found = `native integration ${numberText(native)}, this program ${numberText(ours)}, SSM.2 ${numberText(control)}`;
  if (native === 0) return { result: "ok", found };
  const advice = `Native findings never close automatically. Run npm run close-native-findings -- --region ${region} --dry-run`;
  return { result: "note", found, advice };
}

/** Returns the check that counts open findings by product. */
export function findingChecks(account: Account, hub: () => Promise<HubState>): Check[] {
  const run = async () => judgeOpenFindings(await readOpenFindings(account, await hub()), account.region);
  const needs = ["securityhub:DescribeHub", "securityhub:GetFindings"];
  return [{ name: "open findings", needs, run: whileOn(hub, run) }];
}
