import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { CHANGES, type Change } from "../../contract/changes.ts";
import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { kindOfGenerator, type FindingKind } from "../../contract/generators.ts";
import { SEVERITY_LABELS, type SeverityLabel } from "../../contract/severity.ts";
import { dueOf, type DueView } from "./due-view.ts";
import { countAt, listAt, present, presentOrNothing, textAt, urlAt } from "./finding-fields.ts";
import { patchNames } from "./patch-names.ts";
import { remedyView, type RemedyView } from "./remedy-view.ts";

/** Severity labels, worst first. */
export const SEVERITIES = SEVERITY_LABELS;
export type Severity = SeverityLabel;

export const WORKFLOW_STATUSES = ["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"] as const;
export const RECORD_STATES = ["ACTIVE", "ARCHIVED"] as const;

/** The tag that names the owner of a node, if no setting names another. */
export const DEFAULT_OWNER_TAG = "Owner";

/** A finding for people. Each text is one line without control characters, each link is https, each time is ISO 8601. */
export interface FindingView extends DueView {
  readonly id: string;
  /** With the id it identifies the finding. */
  readonly productArn: string;
  readonly productName: string;
  readonly companyName: string;
  readonly account: string;
  readonly region: string;
  /** The last part of the resource's id. */
  readonly nodeId: string;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly computerName?: string;
  readonly platform?: string;
  readonly platformVersion?: string;
  readonly patchGroup?: string;
  /** The value of the owner tag of the node. */
  readonly owner?: string;
  readonly severity: Severity;
  readonly workflowStatus: string;
  readonly recordState: string;
  readonly complianceStatus?: string;
  /** `other`: a finding of another product. */
  readonly kind: FindingKind | "other";
  /** Why the patch status is unknown, as a word: `unmanaged`, `failedRun`, `noData` or `silent`. */
  readonly blindSpot?: string;
  readonly title: string;
  readonly description: string;
  /** Number of noncompliant patches by cause. Leaves out causes without patches. */
  readonly causes: readonly { readonly cause: string; readonly count: number }[];
  readonly severityReason?: string;
  readonly severityDecidedBy?: string;
  readonly worstPatches: readonly string[];
  /** The same as text, with the number of patches that are not named. */
  readonly worstPatchesText?: string;
  /** The listed CVEs. `patches`: the patches that fix it, as far as the finding names them. */
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly url?: string;
    readonly patches: readonly string[];
  }[];
  /** The exact number of CVEs, and how many are not listed. */
  readonly vulnerabilitiesText?: string;
  readonly remediation?: RemedyView;
  /** The node's patch page in the Systems Manager console. */
  readonly sourceUrl?: string;
  readonly createdAt: string;
  readonly firstObservedAt?: string;
  readonly updatedAt: string;
  /** The time since which the finding has been open without interruption. */
  readonly openSince?: string;
  /** When the program opened it, which is later than the operation that found the node noncompliant. */
  readonly openedAt?: string;
  /** The worst severity that it had while it was open. */
  readonly peakSeverity?: Severity;
  readonly operation?: Operation;
  /** The program's notes about the data: stale, doubtful, or counts only. */
  readonly readingNotes?: string;
  /** What the last import changed. */
  readonly change?: Change;
  /** The proof that closed the finding. */
  readonly proof?: string;
  /** The note of a person, or of a program that set the workflow status. */
  readonly note?: { readonly text: string; readonly by?: string; readonly at?: string };
}

/** The patch operation that led to the finding. */
interface Operation {
  readonly baselineId?: string;
  readonly document?: string;
  /** Command or association id. */
  readonly runId?: string;
  readonly executionType?: string;
  readonly source?: string;
  readonly operation?: string;
  readonly rebootOption?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly installed?: number;
  readonly installedOther?: number;
  /** In findings of this program it includes patches that failed to install (ASFF, "PatchSummary"). */
  readonly missing?: number;
  readonly failed?: number;
  readonly rejected?: number;
  readonly pendingReboot?: number;
}

/**
 * Returns the view of a finding, or undefined if the value is not an object with an Id. Never throws for a JSON value.
 *
 * @param ownerTag the key of the tag that names the owner of a node
 * @example findingView(finding)?.severity; // "HIGH"
 */
export function findingView(finding: unknown, ownerTag = DEFAULT_OWNER_TAG): FindingView | undefined {
  const id = textAt(finding, "Id");
  if (id === undefined) return undefined;
  const note = textAt(finding, "Note", "Text");
  return present({
    id,
    ...identity(finding),
    owner: textAt(finding, "Resources", 0, "Tags", ownerTag),
    ...state(finding),
    ...patches(finding),
    remediation: remedyView(finding),
    sourceUrl: urlAt(finding, "SourceUrl"),
    createdAt: textAt(finding, "CreatedAt") ?? "",
    firstObservedAt: textAt(finding, "FirstObservedAt"),
    updatedAt: textAt(finding, "UpdatedAt") ?? "",
    operation: operation(finding),
    note:
      note === undefined
        ? undefined
        : present({ text: note, by: textAt(finding, "Note", "UpdatedBy"), at: textAt(finding, "Note", "UpdatedAt") }),
  });
}

function identity(finding: unknown) {
  const resource = (key: string) => textAt(finding, "Resources", 0, key);
  const other = (key: string) => textAt(finding, "Resources", 0, "Details", "Other", key);
  return {
    productArn: textAt(finding, "ProductArn") ?? "",
    productName: textAt(finding, "ProductName") ?? field(finding, "aws/securityhub/ProductName") ?? "",
    companyName: textAt(finding, "CompanyName") ?? field(finding, "aws/securityhub/CompanyName") ?? "",
    account: textAt(finding, "AwsAccountId") ?? "",
    region: textAt(finding, "Region") ?? resource("Region") ?? "",
    nodeId: resource("Id")?.split("/").at(-1) ?? "",
    resourceId: resource("Id") ?? "",
    resourceType: resource("Type") ?? "",
    computerName: other("ComputerName"),
    platform: other("PlatformName"),
    platformVersion: other("PlatformVersion"),
    patchGroup: field(finding, PRODUCT_FIELDS.patchGroup) ?? other("PatchGroup"),
  };
}

function state(finding: unknown) {
  const label = textAt(finding, "Severity", "Label") ?? textAt(finding, "FindingProviderFields", "Severity", "Label");
  const recordState = textAt(finding, "RecordState") ?? "ACTIVE";
  return {
    severity: SEVERITIES.find((one) => one === label) ?? "INFORMATIONAL",
    workflowStatus: textAt(finding, "Workflow", "Status") ?? "NEW",
    recordState,
    complianceStatus: textAt(finding, "Compliance", "Status"),
    kind: kindOfGenerator(textAt(finding, "GeneratorId")) ?? "other",
    blindSpot: field(finding, PRODUCT_FIELDS.blindSpot),
    title: textAt(finding, "Title") ?? "",
    description: textAt(finding, "Description") ?? "",
    severityReason: field(finding, PRODUCT_FIELDS.severityReason) ?? field(finding, PRODUCT_FIELDS.blindSpotReason),
    severityDecidedBy: field(finding, PRODUCT_FIELDS.severityDecidedBy),
    openSince: field(finding, PRODUCT_FIELDS.openSince),
    openedAt: field(finding, PRODUCT_FIELDS.openedAt),
    peakSeverity: SEVERITIES.find((one) => one === field(finding, PRODUCT_FIELDS.peakSeverity)),
    ...dueOf(finding, recordState),
    change: CHANGES.find((word) => word === field(finding, PRODUCT_FIELDS.change)),
    readingNotes: field(finding, PRODUCT_FIELDS.notes),
    proof: field(finding, PRODUCT_FIELDS.proof),
  } as const;
}

function patches(finding: unknown) {
  const worst = field(finding, PRODUCT_FIELDS.worstPatches);
  return {
    causes: causes(finding),
    worstPatches: patchNames(worst),
    worstPatchesText: worst,
    vulnerabilities: listAt(finding, "Vulnerabilities").flatMap((vulnerability) => {
      const id = textAt(vulnerability, "Id");
      if (id === undefined) return [];
      const fixes = listAt(vulnerability, "VulnerablePackages").flatMap((one) => textAt(one, "Name") ?? []);
      return [present({ id, url: urlAt(vulnerability, "ReferenceUrls", 0), patches: fixes })];
    }),
    vulnerabilitiesText: field(finding, PRODUCT_FIELDS.vulnerabilities),
  };
}

function causes(finding: unknown): { cause: string; count: number }[] {
  const own = kindOfGenerator(textAt(finding, "GeneratorId")) !== undefined;
  return CAUSES.flatMap(({ label, field: key, summary = "" }: CauseRow) => {
    const count = own ? Number(field(finding, key)) : countAt(finding, "PatchSummary", summary);
    return count !== undefined && Number.isSafeInteger(count) && count > 0 ? [{ cause: label, count }] : [];
  });
}

function operation(finding: unknown): Operation | undefined {
  const text = (key: string) => textAt(finding, "PatchSummary", key);
  const count = (key: string) => countAt(finding, "PatchSummary", key);
  return presentOrNothing({
    baselineId: text("Id"),
    document: field(finding, PRODUCT_FIELDS.document),
    runId: field(finding, PRODUCT_FIELDS.operationId),
    executionType: field(finding, PRODUCT_FIELDS.executionType),
    source: field(finding, PRODUCT_FIELDS.source),
    operation: text("Operation"),
    rebootOption: text("RebootOption"),
    startedAt: text("OperationStartTime"),
    endedAt: text("OperationEndTime") ?? field(finding, PRODUCT_FIELDS.operationEndTime),
    installed: count("InstalledCount"),
    installedOther: count("InstalledOtherCount"),
    missing: count("MissingCount"),
    failed: count("FailedCount"),
    rejected: count("InstalledRejectedCount"),
    pendingReboot: count("InstalledPendingReboot"),
  });
}

function field(finding: unknown, key: string): string | undefined {
  return textAt(finding, "ProductFields", key);
}
