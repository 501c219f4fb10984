/** The nodes that addresses may name. */
import type { Findings } from "./findings.ts";
import type { Nodes } from "./fleet.ts";
import type { NamedNode } from "./go-target.ts";

/** Returns the managed nodes and those of active findings. A closed finding may be of a node whose name another one has. */
export function namedNodes(findings: Findings, nodes?: Nodes): NamedNode[] {
  const active = findings.all().filter(({ view }) => view.recordState !== "ARCHIVED");
  return [
    ...active.map(({ view: { nodeId, computerName } }) => ({ nodeId, name: computerName })),
    ...(nodes?.all() ?? []),
  ];
}
