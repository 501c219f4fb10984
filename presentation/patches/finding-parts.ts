import { patchKey } from "../findings/patch-names.ts";
import type { FindingView } from "../findings/finding-view.ts";
import { compareTexts } from "../findings/summary.ts";
import type { FindingRow } from "../search/finding-index.ts";
import { cveKey, listedPatches, unlistedCves, unlistedPatches, type ListedPatch } from "./finding-patches.ts";
import { incompleteNode, type IncompleteNode } from "./incomplete.ts";
import { earlier, nodesOf, type NodeWithPatch, type PatchFacts } from "./node-with-patch.ts";
import { patchTable, type ComplianceRow } from "./patch-table.ts";

/** A patch that one node lacks. */
interface PatchPart {
  readonly key: string;
  readonly title?: string;
  readonly cves: readonly string[];
  readonly node: NodeWithPatch;
}

/** A CVE against which one node lacks a patch. */
interface CvePart {
  readonly cve: string;
  readonly url?: string;
  /** Keys of the patches that fix it. */
  readonly patches: readonly string[];
  readonly node: NodeWithPatch;
}

/** What one finding adds to the lists of patches and CVEs. Each patch and CVE is there once. */
export interface FindingParts {
  readonly patches: readonly PatchPart[];
  readonly cves: readonly CvePart[];
  /** Present if the finding lists only some of its patches, and nobody read the others. */
  readonly somePatches?: IncompleteNode;
  readonly someCves?: IncompleteNode;
}

/** Returns the rows of a finding's node, if they were read. */
export type ReadRows = (view: FindingView) => readonly ComplianceRow[] | undefined;

interface Made {
  readonly key: string;
  readonly rows: readonly ComplianceRow[] | undefined;
  readonly parts: FindingParts;
}

/** A view never changes. Most findings stay the same from one revision to the next. */
const made = new WeakMap<FindingView, Made>();

/**
 * Returns what an active finding adds to the lists of patches and CVEs. It is computed once for each version.
 *
 * @param rows the rows of its node, if they were read: then nothing is missing
 * @example findingParts(row).patches.map(({ key }) => key); // ["KB5068781"]
 */
export function findingParts(row: FindingRow, rows?: readonly ComplianceRow[]): FindingParts {
  const known = made.get(row.view);
  if (known !== undefined && known.key === row.key && known.rows === rows) return known.parts;
  const parts = partsOf(row, rows);
  made.set(row.view, { key: row.key, rows, parts });
  return parts;
}

function partsOf(row: FindingRow, rows: readonly ComplianceRow[] | undefined): FindingParts {
  const { view } = row;
  const listed = rows === undefined ? listedPatches(view) : completed(view, rows);
  const nodeOf = nodesOf(row);
  const decider = view.severityDecidedBy === undefined ? undefined : patchKey(view.severityDecidedBy);
  const patches = patchParts(listed, nodeOf, decider);
  const cves = cveParts(view, listed, nodeOf, decider);
  if (rows !== undefined) return { patches, cves };
  const [some, someCves] = [unlistedPatches(view, listed.length), unlistedCves(view)];
  return {
    patches,
    cves,
    ...(some !== undefined && { somePatches: incompleteNode(row, some) }),
    ...(someCves !== undefined && { someCves: incompleteNode(row, someCves) }),
  };
}

/** Returns all noncompliant patches of a node. The finding knows since when, and what is accepted. */
function completed(view: FindingView, rows: readonly ComplianceRow[]): ListedPatch[] {
  return patchTable(view, rows)
    .filter(({ noncompliant }) => noncompliant)
    .map(({ patch, title, cves, since, accepted }) => ({
      patch,
      key: patchKey(patch),
      cves,
      ...(title !== undefined && { title }),
      ...(since !== undefined && { since }),
      ...(accepted !== undefined && { accepted }),
    }));
}

type NodeOf = (facts: PatchFacts) => NodeWithPatch;

/** A finding may list a patch twice, in two builds: it counts once, since the earlier day. */
function patchParts(listed: readonly ListedPatch[], nodeOf: NodeOf, decider: string | undefined): PatchPart[] {
  return Array.from(
    Map.groupBy(listed, ({ key }) => key),
    ([key, builds]) => {
      const oldest = builds.reduce((a, b) => (earlier(b.since, a.since) === a.since ? a : b));
      const title = builds.find((build) => build.title !== undefined)?.title;
      const cves = builds.length === 1 ? oldest.cves : [...new Set(builds.flatMap((build) => build.cves))];
      return {
        key,
        ...(title !== undefined && { title }),
        cves,
        node: nodeOf({ ...oldest, decides: key === decider }),
      };
    },
  );
}

interface FoundCve {
  url?: string;
  readonly patches: Set<string>;
}

function cveParts(
  { vulnerabilities }: FindingView,
  listed: readonly ListedPatch[],
  nodeOf: NodeOf,
  decider: string | undefined,
): CvePart[] {
  const found = new Map<string, FoundCve>();
  const entryOf = (cve: string): FoundCve => {
    const entry = found.get(cve) ?? { patches: new Set() };
    found.set(cve, entry);
    return entry;
  };
  for (const { id, url, patches } of vulnerabilities) {
    const entry = entryOf(cveKey(id));
    if (entry.url === undefined && url !== undefined) entry.url = url;
    for (const patch of patches) entry.patches.add(patch);
  }
  for (const { patch, cves } of listed) for (const cve of cves) entryOf(cve).patches.add(patch);
  const fixOf = fixes(listed, nodeOf, decider);
  return Array.from(found, ([cve, { url, patches }]) => ({
    cve,
    ...(url !== undefined && { url }),
    ...fixOf([...patches]),
  }));
}

/** One patch fixes many CVEs: its keys and node are made once. */
function fixes(
  listed: readonly ListedPatch[],
  nodeOf: NodeOf,
  decider: string | undefined,
): (patches: string[]) => Pick<CvePart, "patches" | "node"> {
  const byName = new Map(listed.map((one) => [one.patch, one]));
  const known = new Map<string, Pick<CvePart, "patches" | "node">>();
  return (patches) => {
    const name = patches.join("\n");
    const fix = known.get(name) ?? {
      patches: [...new Set(patches.map(patchKey))].sort(compareTexts),
      node: nodeOf({
        ...factsOf(patches.flatMap((patch) => byName.get(patch) ?? [])),
        decides: patches.some((patch) => patchKey(patch) === decider),
      }),
    };
    known.set(name, fix);
    return fix;
  };
}

/** Only if all of its patches are accepted, the CVE is. */
function factsOf(patches: readonly ListedPatch[]): Omit<PatchFacts, "decides"> {
  const since = patches.map((patch) => patch.since).reduce(earlier, undefined);
  const accepted = patches.every((patch) => patch.accepted !== undefined) ? patches[0]?.accepted : undefined;
  return { ...(since !== undefined && { since }), ...(accepted !== undefined && { accepted }) };
}
