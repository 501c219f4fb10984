import type { AwsSecurityFinding, PatchSummary } from "@aws-sdk/client-securityhub";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { causesOf, type RatedJudgement } from "../../compliance/node-severity.ts";
import type { Content } from "../../finding/intent.ts";
import type { Ended } from "../../finding/remembered.ts";
import type { Life } from "../../finding/life.ts";
import { acceptanceFields, endedFields, lifeFields } from "./life-fields.ts";
import { contentHash } from "./content-hash.ts";
import { findingHead, nodeName, resource } from "./head.ts";
import { productFields } from "./product-fields.ts";
import { proof } from "./proof.ts";
import type { FindingTimes } from "./times.ts";
import { vulnerabilities } from "./vulnerabilities.ts";
import type { FindingScope } from "./finding-identity.ts";
import { CAUSES, type CauseCounts } from "../../../contract/causes.ts";
import { allCounts, patchGroupOf, type PatchCounts, type SourceReading } from "../../compliance/reading.ts";
import { nameCauses, remedyOf, type Remedy } from "../../finding/remediation.ts";
import type { ImportableFinding } from "./stored-finding.ts";
import { cleanText } from "../../runtime/text.ts";

const REMEDIATION_URL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-compliance-remediation.html";
/** The texts of AWS's own integration, so that saved filters and automation rules keep working. */
const TITLE = "Systems Manager Patch Summary - Managed Instance Non-Compliant";
const TITLE_PASSED = "Systems Manager Patch Summary - Managed Instance Compliant";
const TYPES = ["Software & Configuration Checks/Patch Management/Compliance"];
const MAX_COUNT = 100_000;
const MAX_DESCRIPTION_BYTES = 1_000;
const NOTHING_TO_DO = "Nothing to do: the node complies with its patch baseline.";
const NO_CAUSE = "Systems Manager reports it as noncompliant, but names no patch";

/** Returns the finding of a noncompliant node. */
export function encodeNoncompliant(
  judged: RatedJudgement,
  { life, acceptance }: Extract<Content, { readonly shows: "noncompliance" }>,
  scope: FindingScope,
  times: FindingTimes,
) {
  const finding = buildFinding(withShownSeverity(judged, life), scope, times, contentHash(judged, scope));
  return {
    ...finding,
    ProductFields: { ...finding.ProductFields, ...lifeFields(life), ...acceptanceFields(acceptance) },
  } satisfies AwsSecurityFinding;
}

function withShownSeverity(judged: RatedJudgement, { severity: label, ratedSeverity, dueDate }: Life): RatedJudgement {
  const { severity } = judged;
  if (ratedSeverity === undefined) return judged;
  const reason = `${severity.reason}. Raised from ${ratedSeverity}, because the finding is overdue since ${dueDate}`;
  return { ...judged, severity: { ...severity, label, reason } };
}

/** Returns the closed finding of a node that a later operation found compliant. */
export function encodeCompliant(
  judged: RatedJudgement,
  stored: ImportableFinding,
  ended: Ended,
  scope: FindingScope,
  times: FindingTimes,
) {
  const finding = buildFinding(judged, scope, times);
  const fields = { ...finding.ProductFields, ...endedFields(ended) };
  return { ...finding, ProductFields: { ...fields, ...proof(judged, stored, fields) } } satisfies AwsSecurityFinding;
}

/**
 * Returns the finding in the AWS Security Finding Format (2018-10-08). All its lengths and counts are within the limits
 * of BatchImportFindings for any input, because everything that comes from outside was bounded when it was read.
 *
 * Severity and Types are in FindingProviderFields only: the fields of the same name belong to the users, who may have
 * changed them.
 *
 * @param hash of the judgement. The severity that the finding shows may also depend on the time
 */
export function buildFinding(
  judged: RatedJudgement,
  scope: FindingScope,
  times: FindingTimes,
  hash = contentHash(judged, scope),
) {
  const { evidence, severity } = judged;
  const failed = judged.status === "noncompliant";
  const source = evidence.sources[severity.source];
  if (source === undefined) throw new RangeError(`severity names source ${severity.source}, which does not exist`);
  const causes = causesOf(source);
  const { nodeId } = evidence;
  const { baselineId } = source;
  const target = { nodeId, region: scope.region, ...(baselineId !== undefined && { baselineId }) };
  const { text, command }: Remedy = failed ? remedyOf(causes, target) : { text: NOTHING_TO_DO };
  const fields: Record<string, string> = {
    ...productFields(judged, source, causes),
    ...(command && { [PRODUCT_FIELDS.remediationCommand]: command }),
    [PRODUCT_FIELDS.contentHash]: hash,
  };
  return {
    ...findingHead(scope, nodeId, "compliance", times, evidence.readAt),
    Title: failed ? TITLE : TITLE_PASSED,
    Description: description(judged, causes),
    FindingProviderFields: { Severity: { Label: severity.label, Original: severity.original }, Types: TYPES },
    Compliance: { Status: failed ? "FAILED" : "PASSED" },
    RecordState: failed ? "ACTIVE" : "ARCHIVED",
    Remediation: { Recommendation: { Text: text, Url: REMEDIATION_URL } },
    Resources: [resource(nodeId, evidence.node, patchGroupOf(evidence.sources), scope)],
    PatchSummary: patchSummary(source),
    ...vulnerabilities(source.patches?.worst ?? []),
    ProductFields: fields,
  } satisfies AwsSecurityFinding;
}

function description({ status, evidence, severity }: RatedJudgement, causes: CauseCounts): string {
  const { nodeId, node } = evidence;
  const subject = nodeName(nodeId, node);
  const text =
    status === "noncompliant"
      ? `${subject} does not comply with its patch baseline. ${causesText(causes)}. ` +
        `Severity ${severity.label}${severity.decidedBy ? `, decided by ${severity.decidedBy}` : ""}: ${severity.reason}.`
      : `${subject} complies with its patch baseline.`;
  const notes = evidence.notes === "" ? "" : ` Note: ${evidence.notes}.`;
  return cleanText(text + notes, MAX_DESCRIPTION_BYTES) ?? subject;
}

function causesText(causes: CauseCounts): string {
  const named = nameCauses(causes);
  return named === undefined ? NO_CAUSE : `Patches: ${named}`;
}

function patchSummary(source: SourceReading) {
  const { startedAt, endedAt, rebootOption, operation } = source;
  const counts = allCounts(source.counts);
  return {
    Id: source.baselineId ?? "unknown",
    InstalledCount: bounded(counts.installed),
    InstalledOtherCount: bounded(counts.installedOther),
    ...causeCounts(counts),
    ...(startedAt && { OperationStartTime: wholeSeconds(startedAt) }),
    ...(endedAt && { OperationEndTime: wholeSeconds(endedAt) }),
    ...(rebootOption && { RebootOption: rebootOption }),
    ...(operation && { Operation: operation.toUpperCase() }),
  };
}

/** The fields of PatchSummary that count the patches of one cause. */
type CauseCountField = Extract<(typeof CAUSES)[number], { readonly summary: string }>["summary"];

function causeCounts(counts: PatchCounts): Required<Pick<PatchSummary, CauseCountField>> {
  // By the definition of the format MissingCount includes patches that failed to install; Systems Manager's does not.
  const inFormat = { ...counts, missing: counts.missing + counts.failed };
  const fields = CAUSES.flatMap((row) => ("summary" in row ? [[row.summary, bounded(inFormat[row.cause])]] : []));
  return Object.fromEntries(fields) as Record<CauseCountField, number>;
}

/** Writes times as the native integration does, if nothing is lost by it. */
function wholeSeconds(iso: string): string {
  return iso.replace(".000Z", "Z");
}

function bounded(count: number): number {
  return Math.min(Math.max(count, 0), MAX_COUNT);
}
