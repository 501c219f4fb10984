import { createHash } from "node:crypto";
import { causesOf, type RatedJudgement } from "../compliance/node-severity.ts";
import { findingHead, nodeName, resource, resourceType } from "./finding-head.ts";
import { nodeArn, type FindingScope } from "./finding-identity.ts";
import type { CauseCounts } from "../compliance/patch.ts";
import { productFields } from "./product-fields.ts";
import { allCounts, patchGroupOf, type SourceReading } from "../compliance/reading.ts";
import { nameCauses, remediationText } from "./remediation.ts";
import type { FindingTimes } from "./stored-finding.ts";
import { cleanText } from "../runtime/text.ts";
import { vulnerabilities } from "./vulnerabilities.ts";

const REMEDIATION_URL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-compliance-remediation.html";
/** The texts of AWS's own integration, so that saved filters and automation rules keep working. */
const TITLE = "Systems Manager Patch Summary - Managed Instance Non-Compliant";
const TITLE_PASSED = "Systems Manager Patch Summary - Managed Instance Compliant";
const TYPES = ["Software & Configuration Checks/Patch Management/Compliance"];
const MAX_COUNT = 100_000;
const MAX_DESCRIPTION_BYTES = 1_000;
const NO_CAUSE = "Systems Manager counts it as noncompliant and names no patch";

/**
 * The finding in the AWS Security Finding Format (2018-10-08). All its lengths and counts are within the limits of
 * BatchImportFindings for any input, since everything that comes from outside was bounded when it was read.
 *
 * Severity and Types stand in FindingProviderFields only: the fields of the same name belong to the users, who may
 * have changed them.
 */
export function buildFinding(judged: RatedJudgement, scope: FindingScope, times: FindingTimes) {
  const { evidence, severity } = judged;
  const failed = judged.status === "noncompliant";
  const source = evidence.sources[severity.source];
  if (source === undefined) throw new RangeError(`severity names source ${severity.source}, which is not there`);
  const causes = causesOf(source);
  const { nodeId } = evidence;
  return {
    ...findingHead(scope, nodeId, "compliance", times, evidence.readAt),
    Title: failed ? TITLE : TITLE_PASSED,
    Description: description(judged, causes),
    FindingProviderFields: { Severity: { Label: severity.label, Original: severity.original }, Types: TYPES },
    Compliance: { Status: failed ? "FAILED" : "PASSED" },
    RecordState: failed ? "ACTIVE" : "ARCHIVED",
    Remediation: {
      Recommendation: {
        Text: failed ? remediationText(causes) : "Nothing is left to do: the node complies with its patch baseline.",
        Url: REMEDIATION_URL,
      },
    },
    Resources: [resource(nodeId, evidence.node, patchGroupOf(evidence.sources), scope)],
    PatchSummary: patchSummary(source),
    ...vulnerabilities(source.packages?.worst ?? []),
    ProductFields: withHash(productFields(judged, source, causes), contentHash(judged, scope)),
  };
}

function withHash(fields: Readonly<Record<string, string>>, hash: string): Record<string, string> {
  return { ...fields, [CONTENT_HASH]: hash };
}

/** ProductFields key under which a finding carries the hash of what makes an update worth an import. */
export const CONTENT_HASH = "PatchFindings/ContentHash";

/**
 * Covers severity, compliance, noncompliant counts, causes, patch list and resource. Run and baseline ids, times and
 * installed counts differ after every run and alone are no news.
 */
export function contentHash({ status, evidence, severity }: RatedJudgement, scope: FindingScope): string {
  const source = evidence.sources[severity.source];
  const content = {
    status,
    severity: [severity.label, severity.original, severity.decidedBy],
    causes: source && causesOf(source),
    patches: source?.packages?.worst.map(({ id, state, level, cves }) => [id, state, level, cves]),
    total: source?.packages && [source.packages.total, source.packages.cves],
    resource: [resourceType(evidence.nodeId, scope), nodeArn(scope, evidence.nodeId)],
    shownAs: [scope.productName, scope.companyName],
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}

function description({ status, evidence, severity }: RatedJudgement, causes: CauseCounts): string {
  const { nodeId, node } = evidence;
  const subject = nodeName(nodeId, node);
  const text =
    status === "noncompliant"
      ? `${subject} does not comply with its patch baseline: ${nameCauses(causes) ?? NO_CAUSE}. ` +
        `${severity.label} because ${severity.reason}${severity.decidedBy ? ` for ${severity.decidedBy}` : ""}.`
      : `${subject} complies with its patch baseline.`;
  const notes = evidence.notes === "" ? "" : ` Note: ${evidence.notes}.`;
  return cleanText(text + notes, MAX_DESCRIPTION_BYTES) ?? subject;
}

function patchSummary(source: SourceReading) {
  const { startedAt, endedAt, rebootOption, operation } = source;
  const counts = allCounts(source.counts);
  return {
    Id: source.baselineId ?? "unknown",
    InstalledCount: bounded(counts.installed),
    // By the definition of the format this count includes patches that failed to install; Systems Manager's does not.
    MissingCount: bounded(counts.missing + counts.failed),
    FailedCount: bounded(counts.failed),
    InstalledOtherCount: bounded(counts.installedOther),
    InstalledRejectedCount: bounded(counts.rejected),
    InstalledPendingReboot: bounded(counts.pendingReboot),
    ...(startedAt && { OperationStartTime: wholeSeconds(startedAt) }),
    ...(endedAt && { OperationEndTime: wholeSeconds(endedAt) }),
    ...(rebootOption && { RebootOption: rebootOption }),
    ...(operation && { Operation: operation.toUpperCase() }),
  };
}

/** As the native integration writes them, where nothing is lost by it. */
function wholeSeconds(iso: string): string {
  return iso.replace(".000Z", "Z");
}

function bounded(count: number): number {
  return Math.min(Math.max(count, 0), MAX_COUNT);
}
