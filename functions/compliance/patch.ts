import { ALWAYS_NONCOMPLIANT, CAUSES, type Cause } from "../../contract/causes.ts";
import { compareText } from "../runtime/order.ts";
import { cleanText } from "../runtime/text.ts";

/**
 * One patch row of a node, from compliance items or inventory.
 *
 * Two severities use the same words: `level` is the compliance level that the patch baseline gives to
 * the absence of the patch; `vendor` is what the vendor says (on Debian-family systems: the package priority).
 */
export interface Patch {
  /** KB number or package name. */
  readonly id: string;
  readonly title?: string;
  readonly state: PatchState;
  readonly level: ComplianceLevel;
  readonly vendor?: string;
  readonly classification?: string;
  readonly cves: readonly string[];
  /** Position of the exception that accepts the patch. */
  readonly accepted?: number;
}

/** The values that a severity rule matches. */
export type Rated = Pick<Patch, "level" | "vendor" | "classification">;

/** Returns the position of the exception that accepts a patch, if one does. */
export type Accept = (patch: Omit<Patch, "accepted">) => number | undefined;

/** From worst to mildest. The predefined baselines use UNSPECIFIED. */
export const COMPLIANCE_LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"] as const;
export type ComplianceLevel = (typeof COMPLIANCE_LEVELS)[number];

/** A patch's state: why it counts against the node, or that it does not. */
export type PatchState = Cause | "compliant";

/**
 * The states by name, without case and underscores. Compliance items use PascalCase (`InstalledPendingReboot`), the API
 * model uses UPPER_SNAKE_CASE.
 */
const STATES: ReadonlyMap<string, PatchState> = new Map([
  ...CAUSES.flatMap(({ cause, states }) => states.map((state) => [state.toLowerCase(), cause] as const)),
  ...["installed", "installedother", "notapplicable"].map((state) => [state, "compliant"] as const),
]);

const MAX_ID_BYTES = 96;
const MAX_TITLE_BYTES = 160;
const MAX_VENDOR_BYTES = 20;
const MAX_CLASSIFICATION_BYTES = 32;
const CVE_ID = /^CVE-\d{4}-\d{4,19}$/;
const MAX_CVE_DIGITS = 19;

/** A row as Systems Manager returns it, from any of its places. */
export interface PatchRow {
  readonly id: unknown;
  readonly title: unknown;
  readonly state: unknown;
  /** `COMPLIANT` or `NON_COMPLIANT`; compliance items have it, inventory entries don't. */
  readonly status?: unknown;
  readonly level?: unknown;
  readonly vendor: unknown;
  readonly classification: unknown;
  /** Comma-separated. */
  readonly cves?: unknown;
}

/** Returns the row as a patch if it counts against the node, otherwise undefined. */
export function noncompliantPatch(row: PatchRow, accept: Accept = () => undefined): Patch | undefined {
  const state = patchState(row.state);
  if (!isNoncompliant(state, row.status)) return undefined;
  const patch = { ...describe(row), state };
  const accepted = accept(patch);
  return { ...patch, ...(accepted !== undefined && { accepted }) };
}

function describe(row: PatchRow): Omit<Patch, "state"> {
  const title = cleanText(row.title, MAX_TITLE_BYTES);
  const vendor = cleanText(row.vendor, MAX_VENDOR_BYTES);
  const classification = cleanText(row.classification, MAX_CLASSIFICATION_BYTES);
  return {
    id: cleanText(row.id, MAX_ID_BYTES) ?? title ?? "(unnamed patch)",
    ...(title !== undefined && { title }),
    level: complianceLevel(row.level),
    ...(vendor !== undefined && { vendor }),
    ...(classification !== undefined && { classification }),
    cves: cveIds(row.cves),
  };
}

/**
 * Returns whether a row counts against the node. A compliance item says so itself, unless its state can never count.
 * Whether an available security update counts is the patch baseline's decision, so only the item's status tells.
 * Inventory has no status: there the state decides, and an available security update is not counted.
 */
function isNoncompliant(state: PatchState, status: unknown): boolean {
  if (state === "compliant") return false;
  if (status === undefined) return ALWAYS_NONCOMPLIANT.some((cause) => cause === state);
  return status === "NON_COMPLIANT";
}

function patchState(value: unknown): PatchState {
  if (typeof value !== "string") return "unknown";
  return STATES.get(value.replaceAll("_", "").toLowerCase()) ?? "unknown";
}

export function complianceLevel(value: unknown): ComplianceLevel {
  const word = typeof value === "string" ? value.toUpperCase() : "";
  return COMPLIANCE_LEVELS.find((level) => level === word) ?? "UNSPECIFIED";
}

function cveIds(value: unknown): string[] {
  if (typeof value !== "string") return [];
  const ids = value.split(",").map((id) => id.trim().toUpperCase());
  return newestFirst([...new Set(ids.filter((id) => CVE_ID.test(id)))]);
}

/** Orders by year and number. SSM Agent lists CVEs in another order after every scan. */
function newestFirst(ids: readonly string[]): string[] {
  const ranked = ids.map((id) => ({ id, rank: cveRank(id) }));
  return ranked.sort((a, b) => compareText(b.rank, a.rank) || compareText(a.id, b.id)).map(({ id }) => id);
}

function cveRank(id: string): string {
  return id
    .split("-")
    .map((part) => part.padStart(MAX_CVE_DIGITS, "0"))
    .join("-");
}
