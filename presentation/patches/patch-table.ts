import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { SEVERITIES, type FindingView } from "../findings/finding-view.ts";
import { patchKey } from "../findings/patch-names.ts";
import { compareTexts } from "../findings/summary.ts";
import { oneLine } from "../findings/text.ts";
import { cveKey, listedPatches, type ListedPatch } from "./finding-patches.ts";

/** A patch row of a node, as Systems Manager returns it. */
export interface ComplianceRow {
  readonly id: string;
  readonly title?: string;
  /** Such as `Missing` or `InstalledPendingReboot`. */
  readonly state: string;
  /** `COMPLIANT` or `NON_COMPLIANT`. Without it, the state decides. */
  readonly status?: string;
  /** The compliance level that the patch baseline gives to the absence of the patch. */
  readonly level?: string;
  readonly vendorSeverity?: string;
  readonly cves: readonly string[];
  /** ISO 8601. */
  readonly installedTime?: string;
}

/** A row of the table of patches of one finding. Each text is one line. */
export interface PatchRow {
  readonly patch: string;
  readonly title?: string;
  /** Such as "missing" or "pending reboot". */
  readonly state: string;
  readonly noncompliant: boolean;
  readonly level?: string;
  readonly vendorSeverity?: string;
  /** Upper case. */
  readonly cves: readonly string[];
  /** The day since which the node has lacked it. */
  readonly since?: string;
  /** The due date, only if the finding says it of this patch. */
  readonly due?: string;
  readonly accepted?: string;
  readonly installedTime?: string;
}

/** The state of a patch of a finding that has several causes, and does not say which is whose. */
const NONCOMPLIANT = "noncompliant";
/** The state of a patch that the finding lists, and the rows that were read later do not. */
const NOT_READ = "in the finding only";

/**
 * Returns the patches of a finding as a table: noncompliant ones first, worst level first.
 *
 * @param rows the node's rows, if they were read; without them the table has what the finding lists
 * @example patchTable(view)[0]; // { patch: "KB5068781", state: "missing", noncompliant: true, cves: [...], since: ... }
 */
export function patchTable(view: FindingView, rows?: readonly ComplianceRow[]): PatchRow[] {
  const listed = listedPatches(view);
  if (rows === undefined) return listed.map((patch) => ofFinding(patch, onlyCause(view)));
  const facts = new Map([
    ...listed.toReversed().map((patch) => [patch.key, patch] as const),
    ...listed.map((patch) => [patch.patch, patch] as const),
  ]);
  const read = onceEach(rows).map((row) => ofRow(row, facts.get(row.id) ?? facts.get(patchKey(row.id))));
  const seen = new Set(rows.flatMap(({ id }) => [id, patchKey(id)]));
  const unseen = listed.filter(({ patch, key }) => !seen.has(patch) && !seen.has(key));
  return [...read, ...unseen.map((patch) => ofFinding(patch, NOT_READ))].sort(byUrgency);
}

function onlyCause({ causes }: FindingView): string {
  const [first, second] = causes;
  return first !== undefined && second === undefined ? first.cause : NONCOMPLIANT;
}

function ofFinding({ patch, title, cves, since, dueDate, accepted }: ListedPatch, state: string): PatchRow {
  return {
    patch,
    ...(title !== undefined && { title }),
    state,
    noncompliant: true,
    cves,
    ...(since !== undefined && { since }),
    ...(dueDate !== undefined && { due: dueDate }),
    ...(accepted !== undefined && { accepted }),
  };
}

/** An installed patch has no date since when it is missing, whatever an older finding says. */
function ofRow(row: ComplianceRow, known: ListedPatch | undefined): PatchRow {
  const { label, always } = causeOf(row.state);
  const noncompliant = row.status === undefined ? always : row.status === "NON_COMPLIANT";
  const patch = oneLine(row.id) ?? known?.patch ?? "(unnamed patch)";
  const facts = noncompliant && known !== undefined ? ofFinding(known, label) : undefined;
  const texts = {
    title: oneLine(row.title) ?? known?.title,
    level: oneLine(row.level),
    vendorSeverity: oneLine(row.vendorSeverity),
    installedTime: oneLine(row.installedTime),
  };
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text !== patch));
  const cves = row.cves.flatMap((cve) => oneLine(cve) ?? []).map(cveKey);
  return {
    ...facts,
    ...given,
    patch,
    state: label,
    noncompliant,
    cves: [...new Set([...cves, ...(known?.cves ?? [])])],
  };
}

const STATES = new Map(
  CAUSES.flatMap(({ states, label, always }: CauseRow) =>
    states.map((state) => [plain(state), { label, always }] as const),
  ),
);

function causeOf(state: string): { readonly label: string; readonly always: boolean } {
  return STATES.get(plain(state)) ?? { label: inWords(state), always: false };
}

function plain(state: string): string {
  return state.replaceAll("_", "").toLowerCase();
}

/** Returns a state as words: "InstalledOther" as "installed other". */
function inWords(state: string): string {
  const words = (oneLine(state) ?? "unknown").replaceAll("_", " ").replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  return words.toLowerCase();
}

/** Systems Manager may list a row twice. */
function onceEach(rows: readonly ComplianceRow[]): ComplianceRow[] {
  const byContent = new Map(rows.map((row) => [JSON.stringify([row.id, row.title, row.state]), row]));
  return [...byContent.values()];
}

function byUrgency(a: PatchRow, b: PatchRow): number {
  return (
    Number(b.noncompliant) - Number(a.noncompliant) ||
    levelRank(a) - levelRank(b) ||
    compareTexts(a.since ?? "~", b.since ?? "~") ||
    compareTexts(a.patch, b.patch)
  );
}

function levelRank({ level = "" }: PatchRow): number {
  const rank = SEVERITIES.findIndex((severity) => severity === level.toUpperCase());
  return rank < 0 ? SEVERITIES.length : rank;
}
