import type { AwsSecurityFinding, AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { perCause } from "../../contract/causes.ts";
import { FINDING_KINDS, GENERATOR_IDS, kindOfGenerator } from "../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { SOURCE_KINDS } from "../compliance/reading.ts";
import type { Listed, ListedPage, Which } from "../finding/destination.ts";
import { decode } from "./asff/asff.ts";
import { productArn, type FindingScope } from "./asff/finding-identity.ts";
import { nodeOfOwnFinding } from "./asff/stored-finding.ts";
import { workflowDue } from "./asff/workflow-due.ts";
import { equalsAny } from "./filters.ts";
import type { SecurityHub } from "./security-hub.ts";

/** The statuses of findings that people still have to look at. */
const OPEN_STATUSES: readonly string[] = ["NEW", "NOTIFIED"];

/**
 * Returns one page of the program's open findings, or of its closed findings that are not RESOLVED.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled}
 */
export async function listFindings(
  hub: Pick<SecurityHub, "search">,
  scope: FindingScope,
  which: Which,
  token?: string,
  maySuppress = false,
): Promise<ListedPage> {
  const { findings, ...page } = await hub.search(filters(which, scope), token);
  // The filters alone do not exclude all others.
  return { ...page, findings: findings.flatMap((finding) => listed(finding, scope, maySuppress) ?? []) };
}

function listed(finding: AwsSecurityFinding, scope: FindingScope, maySuppress: boolean): Listed | undefined {
  const nodeId = nodeOfOwnFinding(finding, scope);
  const kind = kindOfGenerator(finding.GeneratorId);
  const { Id, ProductFields: fields = {} } = finding;
  if (nodeId === undefined || kind === undefined || Id === undefined) return undefined;
  const due = workflowDue(finding);
  const isUnsettled = due !== undefined && (maySuppress || due.status !== "SUPPRESSED");
  return {
    nodeId,
    kind,
    ...(!OPEN_STATUSES.includes(finding.Workflow?.Status ?? "NEW") && { setAside: true as const }),
    ...(isUnsettled && { unsettled: true as const }),
    remembered: decode({ ...finding, Id }, kind),
    source: SOURCE_KINDS.find((known) => known === fields[PRODUCT_FIELDS.source]),
    document: fields[PRODUCT_FIELDS.document],
    causes: perCause(({ field }) => Number(fields[field]) || 0),
    rules: fields[PRODUCT_FIELDS.severityRules],
  };
}

function filters(which: Which, scope: FindingScope): AwsSecurityFindingFilters {
  return {
    ProductArn: equalsAny(productArn(scope)),
    AwsAccountId: equalsAny(scope.account),
    GeneratorId: equalsAny(...FINDING_KINDS.map((kind) => GENERATOR_IDS[kind])),
    ...(which === "open"
      ? { RecordState: equalsAny("ACTIVE") }
      : {
          RecordState: equalsAny("ARCHIVED"),
          ComplianceStatus: equalsAny("PASSED"),
          WorkflowStatus: equalsAny(...OPEN_STATUSES),
        }),
  };
}
