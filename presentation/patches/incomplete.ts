/** What an index of patches or CVEs cannot tell, because findings list only some of them. */
import { counted, nounFor } from "../../contract/counted.ts";
import type { FindingRow } from "../search/finding-index.ts";
import type { ListedPart } from "./finding-patches.ts";

/** A node whose finding lists only some of its patches or CVEs. */
export interface IncompleteNode extends ListedPart {
  /** The key of its finding. */
  readonly key: string;
  readonly nodeId: string;
  readonly name?: string;
}

/** What an index lacks. */
export interface Gaps {
  readonly incomplete: readonly IncompleteNode[];
  /** Nodes whose patch status is unknown. */
  readonly blindSpots: number;
}

export function incompleteNode({ key, view }: FindingRow, part: ListedPart): IncompleteNode {
  const { nodeId, computerName: name } = view;
  return { key, nodeId, ...(name !== undefined && { name }), ...part };
}

/**
 * Returns the gaps in words, without the nodes that are listed anyway.
 *
 * @param what the plural of what is missing
 * @param listed the nodes on the same page
 * @returns undefined if there is no gap
 * @example gapsInWords(cves, "CVEs", entry.nodes); // "3 more nodes list only some of their CVEs."
 */
export function gapsInWords(
  { incomplete, blindSpots }: Gaps,
  what: "patches" | "CVEs",
  listed: readonly { readonly key: string }[] = [],
): string | undefined {
  const known = new Set(listed.map(({ key }) => key));
  const others = incomplete.filter(({ key }) => !known.has(key)).length;
  const noun = listed.length === 0 ? "node" : "more node";
  const some = `${counted(others, noun)} ${nounFor(others, "lists", "list")} only some of ${nounFor(others, "its", "their")} ${what}.`;
  const unknown = `The patch status of ${counted(blindSpots, "node")} is unknown.`;
  const sentences = [...(others > 0 ? [some] : []), ...(blindSpots > 0 ? [unknown] : [])];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}
