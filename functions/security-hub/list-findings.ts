import type { AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { FINDING_KINDS, GENERATOR_IDS } from "../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import type { ListedPage } from "../finding/destination.ts";
import type { SweepStage } from "../work/sweep-turn.ts";
import { productArn, type FindingScope } from "./asff/finding-identity.ts";
import { nodeOfOwnFinding } from "./asff/stored-finding.ts";
import { equalsAny } from "./filters.ts";
import type { SecurityHub } from "./security-hub.ts";

type Stage = Exclude<SweepStage, "nodes">;

/**
 * Returns one page of the program's open findings, or of its closed findings that are not RESOLVED.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled}
 */
export async function listFindings(
  hub: Pick<SecurityHub, "search">,
  scope: FindingScope,
  stage: Stage,
  token?: string,
): Promise<ListedPage> {
  const { findings, ...page } = await hub.search(filters(stage, scope), token);
  const own = findings.flatMap((finding) => {
    // The filters alone do not exclude all others.
    const nodeId = nodeOfOwnFinding(finding, scope);
    const { ProductFields: fields = {} } = finding;
    return nodeId === undefined
      ? []
      : [{ nodeId, source: fields[PRODUCT_FIELDS.source], document: fields[PRODUCT_FIELDS.document] }];
  });
  return { ...page, findings: own };
}

function filters(stage: Stage, scope: FindingScope): AwsSecurityFindingFilters {
  return {
    ProductArn: equalsAny(productArn(scope)),
    AwsAccountId: equalsAny(scope.account),
    GeneratorId: equalsAny(...FINDING_KINDS.map((kind) => GENERATOR_IDS[kind])),
    ...(stage === "open"
      ? { RecordState: equalsAny("ACTIVE") }
      : {
          RecordState: equalsAny("ARCHIVED"),
          ComplianceStatus: equalsAny("PASSED"),
          WorkflowStatus: equalsAny("NEW", "NOTIFIED"),
        }),
  };
}
