/** The facts by which findings are counted and filtered. */
import { CAUSES } from "../../contract/causes.ts";
import { SEVERITIES, WORKFLOW_STATUSES, type FindingView } from "../findings/finding-view.ts";
import { AGES, UNKNOWN_STATE } from "../findings/summary.ts";

export const FACETS = [
  "severity",
  "due",
  "age",
  "changed",
  "owner",
  "cause",
  "workflow",
  "record",
  "kind",
  "platform",
  "patchGroup",
  "account",
  "region",
  "product",
] as const;
export type Facet = (typeof FACETS)[number];

/** The word for an absent fact, in links and on pages. The value of an absent fact is the empty text. */
export const NONE = "none";

/** The words of the record facet: findings that are active, archived, or both. */
export const RECORDS = ["open", "closed", "all"] as const;

export const KINDS = ["compliance", "blind spot", "unmanaged", "other"] as const;

/** The values of facets that have a fixed list, in the order in which pages show them. `""`: the fact is absent. */
export const FIXED_VALUES: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  severity: SEVERITIES,
  due: ["overdue", "soon", "later", ""],
  age: [...AGES.map(({ age }) => age), ""],
  changed: [...AGES.map(({ age }) => age), ""],
  cause: [...CAUSES.map(({ label }) => label), UNKNOWN_STATE, ""],
  workflow: WORKFLOW_STATUSES,
  record: RECORDS,
  kind: KINDS,
};

/** Characters that a value may have. Findings with a longer value are found by text only. */
export const MAX_VALUE = 512;

/** The values of a finding for each facet, without those that change with time. Each list has at least one value. */
export type FacetValues = Readonly<Record<Exclude<Facet, "age" | "changed">, readonly string[]>>;

/** Returns the values of a finding. An absent fact has the value `""`. */
export function facetValues(view: FindingView): FacetValues {
  return {
    // A closed finding is INFORMATIONAL. People look for it by the severity that it had.
    severity: [view.recordState === "ARCHIVED" ? (view.peakSeverity ?? view.severity) : view.severity],
    due: [view.due ?? ""],
    owner: [view.owner ?? ""],
    cause: causesOf(view),
    workflow: [view.workflowStatus],
    record: [view.recordState === "ARCHIVED" ? "closed" : "open"],
    kind: [kindOf(view)],
    platform: [view.platform ?? ""],
    patchGroup: [view.patchGroup ?? ""],
    account: [view.account],
    region: [view.region],
    product: [view.productName],
  };
}

function causesOf({ causes, kind, recordState }: FindingView): readonly string[] {
  if (recordState === "ARCHIVED") return [""];
  if (causes.length > 0) return causes.map(({ cause }) => cause);
  return [kind === "blindSpot" ? UNKNOWN_STATE : ""];
}

function kindOf({ kind, blindSpot }: FindingView): (typeof KINDS)[number] {
  if (kind !== "blindSpot") return kind;
  return blindSpot === "unmanaged" ? "unmanaged" : "blind spot";
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Returns the range of ages in which a finding is at `now`.
 *
 * @param openTime epoch milliseconds; NaN if the finding is closed or has no readable time
 * @returns `""` for NaN
 */
export function ageRange(openTime: number, now: Date): string {
  const days = (now.getTime() - openTime) / DAY_MS;
  return AGES.find(({ days: end }) => days < end)?.age ?? "";
}

/**
 * Returns a facet's value as people read it.
 *
 * @example facetLabel(""); // "none"
 */
export function facetLabel(value: string): string {
  return value === "" ? NONE : value;
}
