import { createHash } from "node:crypto";
import { causesOf, type RatedJudgement } from "../../compliance/node-severity.ts";
import { resourceType } from "./head.ts";
import type { FindingScope } from "./finding-identity.ts";
import { nodeArn } from "../../work/node-arn.ts";

/**
 * Returns a hash of what makes an update worth an import: severity and its rules, compliance, noncompliant counts, causes,
 * patch list and resource. Run and baseline ids, times and installed counts differ after every run and are left out.
 */
export function contentHash({ status, evidence, severity }: RatedJudgement, scope: FindingScope): string {
  const source = evidence.sources[severity.source];
  const content = {
    status,
    severity: [severity.label, severity.original, severity.decidedBy, severity.rules],
    causes: source && causesOf(source),
    patches: source?.patches?.worst.map(({ id, state, level, cves, accepted }) => [id, state, level, cves, accepted]),
    total: source?.patches && [source.patches.total, source.patches.cves],
    resource: [resourceType(evidence.nodeId, scope), nodeArn(scope, evidence.nodeId)],
    shownAs: [scope.productName, scope.companyName],
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}
