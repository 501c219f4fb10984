import { csvText } from "../csv/csv.ts";
import type { NodeWithPatch } from "./node-with-patch.ts";

type Cell = (node: NodeWithPatch) => string | undefined;

const COLUMNS: Readonly<Record<string, Cell>> = {
  account: ({ account }) => account,
  region: ({ region }) => region,
  severity: ({ severity }) => severity,
  node_id: ({ nodeId }) => nodeId,
  computer_name: ({ name }) => name,
  platform: ({ platform }) => platform,
  owner: ({ owner }) => owner,
  workflow_status: ({ workflow }) => workflow,
  missing_since: ({ since }) => since,
  due: ({ due }) => due,
  due_date: ({ dueDate }) => dueDate,
  accepted: ({ accepted }) => accepted,
};

/**
 * Returns the nodes that lack a patch as CSV, one line each after the header. Puts an apostrophe before text that a
 * spreadsheet would run as a formula. The heads are those of `findingsCsv`.
 *
 * @example nodesCsv(findPatch(index, "KB5068781")?.nodes ?? []);
 */
export function nodesCsv(nodes: readonly NodeWithPatch[]): string {
  const lines = nodes.map((node) => Object.values(COLUMNS).map((cell) => cell(node)));
  return csvText([Object.keys(COLUMNS), ...lines]);
}
