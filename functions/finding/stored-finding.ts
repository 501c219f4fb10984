import { findingId, GENERATOR_IDS, productArn, type FindingKind, type FindingScope } from "./finding-identity.ts";
import { OPERATION_END } from "./product-fields.ts";

/** What the program needs of a finding as GetFindings returns it. */
export interface StoredFinding {
  readonly Id?: string | undefined;
  readonly ProductArn?: string | undefined;
  readonly AwsAccountId?: string | undefined;
  readonly Region?: string | undefined;
  readonly GeneratorId?: string | undefined;
  readonly CreatedAt?: string | undefined;
  readonly FirstObservedAt?: string | undefined;
  readonly UpdatedAt?: string | undefined;
  readonly RecordState?: string | undefined;
  readonly Workflow?: { readonly Status?: string | undefined } | undefined;
  readonly Note?:
    | {
        readonly Text?: string | undefined;
        readonly UpdatedBy?: string | undefined;
        readonly UpdatedAt?: string | undefined;
      }
    | undefined;
  readonly Compliance?: { readonly Status?: string | undefined } | undefined;
  readonly FindingProviderFields?:
    { readonly Severity?: { readonly Label?: string | undefined } | undefined } | undefined;
  readonly ProductFields?: Readonly<Record<string, string>> | undefined;
}

/** A finding as BatchImportFindings takes it. */
export type ImportableFinding = Readonly<Record<string, unknown>> & { readonly Id: string };

/** The times that a finding keeps over its life, ISO 8601. */
export interface FindingTimes {
  readonly createdAt: string;
  readonly firstObservedAt: string;
  readonly updatedAt: string;
}

/** True for this deployment's finding of this kind about this node, and for nobody else's. */
export function isOwnFinding(
  stored: StoredFinding,
  scope: FindingScope,
  nodeId: string,
  kind: FindingKind = "compliance",
): boolean {
  return (
    stored.Id === findingId(scope, nodeId, kind) &&
    stored.ProductArn === productArn(scope) &&
    stored.AwsAccountId === scope.account &&
    // Security Hub fills in the Region where a finding came without.
    (stored.Region ?? scope.region) === scope.region &&
    stored.GeneratorId === GENERATOR_IDS[kind]
  );
}

/** Milliseconds by which an operation ended later than the one that the finding shows; NaN where nobody knows. */
export function laterBy(endedAt: string | undefined, stored: StoredFinding | undefined): number {
  return Date.parse(endedAt ?? "") - (Date.parse(stored?.ProductFields?.[OPERATION_END] ?? "") || 0);
}

export function isClosed({ RecordState, Compliance }: StoredFinding): boolean {
  return RecordState === "ARCHIVED" || Compliance?.Status === "PASSED";
}

/**
 * UpdatedAt follows the reading: Security Hub ignores an import with an older one, so that a slow execution which
 * read earlier loses against a faster one which read later.
 *
 * @param since when the finding began, from the node's data: two executions that both find none open the same one
 */
export function timesOf(readAt: string, since: string, stored: StoredFinding | undefined): FindingTimes {
  const createdAt = stored?.CreatedAt ?? since;
  return {
    updatedAt: updatedAfter(readAt, stored),
    createdAt,
    firstObservedAt: stored?.FirstObservedAt ?? createdAt,
  };
}

function updatedAfter(readAt: string, stored: StoredFinding | undefined): string {
  const previous = Date.parse(stored?.UpdatedAt ?? "");
  const next = Number.isNaN(previous) ? 0 : previous + 1;
  return new Date(Math.max(Date.parse(readAt), next)).toISOString();
}

/** Security Hub deletes active findings that were not updated for 90 days. */
export const HEARTBEAT_MS = 30 * 24 * 60 * 60_000;

/** What this program writes; all else in a stored finding belongs to Security Hub or to its users. */
const PROVIDED = [
  ...["SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId", "AwsAccountId"],
  ...["CreatedAt", "FirstObservedAt", "LastObservedAt", "Title", "Description", "SourceUrl", "FindingProviderFields"],
  ...["RecordState", "Remediation", "Resources", "PatchSummary", "Vulnerabilities"],
];
const OWN_FIELDS = "PatchFindings/";

/**
 * The stored finding as an import that changes only what is given: for what is to be said about a node that cannot be
 * read any more.
 *
 * @param fields ProductFields to set, or to remove where undefined
 */
export function resend(
  stored: StoredFinding,
  id: string,
  readAt: string,
  { fields, ...parts }: { readonly fields: Readonly<Record<string, string | undefined>> } & Record<string, unknown>,
): ImportableFinding {
  const provided = Object.entries(stored).filter(([key, value]) => PROVIDED.includes(key) && value !== undefined);
  const own = Object.entries({ ...stored.ProductFields, ...fields }).filter(
    ([key, value]) => key.startsWith(OWN_FIELDS) && value !== undefined,
  );
  return {
    ...Object.fromEntries(provided),
    Compliance: { Status: stored.Compliance?.Status },
    ...parts,
    UpdatedAt: updatedAfter(readAt, stored),
    ProductFields: Object.fromEntries(own),
    Id: id,
  };
}
