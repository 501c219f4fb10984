/** The answers about patches and CVEs. Each is bounded, because texts of findings can be long. */
import { counted, nounFor } from "../contract/counted.ts";
import { present } from "../presentation/findings/finding-fields.ts";
import { oneLine, shortened } from "../presentation/findings/text.ts";
import { gapsInWords, type IncompleteNode } from "../presentation/patches/incomplete.ts";
import type { NodeWithPatch } from "../presentation/patches/node-with-patch.ts";
import type { LackedDetails, LackedPage, LackedRow, LackingNode, PatchCheckState, PatchGaps } from "./api.ts";
import { deadlineOf } from "./finding-rows.ts";
import type { LackedEntry, LackedIndex } from "./lacked-entry.ts";
import { matchingEntries, sortedEntries, sortedNodes } from "./lacked-order.ts";
import { pageOf } from "./paging.ts";

/** Characters of a text in a row. */
const MAX_TEXT = 200;
const MOST_RELATED = 200;
const MOST_GAPS = 20;

/** Parameters of a link. */
export type Wish = Readonly<Partial<Record<"q" | "page" | "order" | "direction", string>>>;

const short = (text: string | undefined): string | undefined => text && shortened(text, MAX_TEXT);

/** Returns the id by which an entry is named in answers and addresses. */
const nameOf = ({ id }: LackedEntry): string => shortened(id, MAX_TEXT);

/** Returns one page of the patches or CVEs that a search finds. */
export function lackedPage(index: LackedIndex, wish: Wish, now: Date): LackedPage {
  const found = sortedEntries(matchingEntries(index.entries, (wish.q ?? "").slice(0, MAX_TEXT)), wish);
  const { rows, ...page } = pageOf(found, wish.page);
  return { ...page, rows: rows.map((entry) => rowOf(entry, now)), gaps: gapsOf(index, []) };
}

function rowOf(entry: LackedEntry, now: Date): LackedRow {
  return present({
    id: nameOf(entry),
    title: short(entry.title),
    nodes: entry.nodes.length,
    severity: entry.severity,
    worstSeverity: entry.worstSeverity,
    since: entry.since,
    deadline: deadlineOf(
      present({ dueDate: entry.dueDate, due: entry.overdue > 0 ? ("overdue" as const) : undefined }),
      now,
    ),
    overdue: entry.overdue,
    related: entry.related.length,
  });
}

/** Returns the patch or CVE that somebody asks for, in any letter case. */
export function findEntry({ entries }: LackedIndex, id: string): LackedEntry | undefined {
  const wanted = id.trim().toLowerCase();
  return (
    entries.find((entry) => entry.id === id) ??
    entries.find((entry) => entry.id.toLowerCase() === wanted || nameOf(entry).toLowerCase() === wanted)
  );
}

/** Returns a patch or CVE with one page of its nodes. Without an entry it says what is not known about the id. */
export function lackedDetails(
  index: LackedIndex,
  id: string,
  wish: Wish,
  now: Date,
  check?: PatchCheckState,
): LackedDetails {
  const entry = findEntry(index, id);
  const { rows, ...page } = pageOf(sortedNodes(entry?.nodes ?? [], wish), wish.page);
  const gaps = gapsOf(index, entry?.nodes ?? [], check);
  const nodes = { ...page, rows: rows.map((node) => lackingNode(node, now)) };
  if (entry === undefined) {
    const unknown = shortened(oneLine(id) ?? "", MAX_TEXT);
    return { ...nodes, id: unknown, overdue: 0, related: [], moreRelated: 0, gaps: notNamed(index, unknown, gaps) };
  }
  const { nodes: _, related, ...row } = rowOf(entry, now);
  const shown = entry.related.slice(0, MOST_RELATED).map((one) => shortened(one, MAX_TEXT));
  return present({
    ...row,
    ...nodes,
    related: shown,
    moreRelated: related - shown.length,
    reference: index.reference(entry.id),
    gaps,
  });
}

function lackingNode({ due, dueDate, ...node }: NodeWithPatch, now: Date): LackingNode {
  return present({
    ...node,
    name: short(node.name),
    owner: short(node.owner),
    platform: short(node.platform),
    accepted: short(node.accepted),
    workflow: shortened(node.workflow, MAX_TEXT),
    deadline: deadlineOf(present({ due, dueDate }), now),
  });
}

/** Returns the nodes that may also lack what is shown, worst first. */
export function possibleNodes({ gaps }: LackedIndex, listed: readonly { readonly key: string }[]): IncompleteNode[] {
  const known = new Set(listed.map(({ key }) => key));
  return gaps.incomplete.filter(({ key }) => !known.has(key));
}

function gapsOf(index: LackedIndex, listed: readonly NodeWithPatch[], check?: PatchCheckState): PatchGaps {
  const others = possibleNodes(index, listed);
  const named = others.slice(0, MOST_GAPS).map(({ key, nodeId, name }) => present({ key, nodeId, name: short(name) }));
  const words = gapsInWords(index.gaps, index.what, listed);
  return present({ words, nodes: named, moreNodes: others.length - named.length, check });
}

/** An id that no finding lists may still be among those that findings leave out. */
function notNamed({ what, gaps: { incomplete, blindSpots } }: LackedIndex, id: string, gaps: PatchGaps): PatchGaps {
  const some = incomplete.length;
  const sentences = [
    `No open finding names ${id}.`,
    some > 0 &&
      `${counted(some, "finding")} ${nounFor(some, "lists", "list")} only some of ${nounFor(some, "its", "their")} ${what}.`,
    blindSpots > 0 && `The patch status of ${counted(blindSpots, "node")} is unknown.`,
  ];
  return { ...gaps, words: sentences.filter(Boolean).join(" ") };
}
