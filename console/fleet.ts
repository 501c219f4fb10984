/** The managed nodes of the source, ready to be searched. */
import type { NodeQuery } from "../presentation/fleet/node-query.ts";
import { indexNode, searchNodes, type IndexedNode, type NodeSearchResult } from "../presentation/fleet/node-search.ts";
import type { FleetPage, NodeRow } from "./api.ts";
import type { Findings } from "./findings.ts";
import type { ConsoleSource } from "./source.ts";

/** Provides the managed nodes. A row that did not change is indexed once. */
export class Nodes {
  readonly #read: () => readonly NodeRow[];
  readonly #indexed = new WeakMap<NodeRow, IndexedNode>();

  constructor(nodes: NonNullable<ConsoleSource["nodes"]>, findings: Findings) {
    this.#read = () => nodes(findings.all());
  }

  /** Returns the nodes that match a query, sorted. */
  search(query: NodeQuery): NodeSearchResult {
    return searchNodes(
      this.#read().map((row) => this.#indexed.get(row) ?? this.#index(row)),
      query,
    );
  }

  /** Returns one page of the nodes that match a query. */
  page(query: NodeQuery): FleetPage {
    const { matching: _, ...page } = this.search(query);
    return page;
  }

  /** Returns all nodes. */
  all(): readonly NodeRow[] {
    return this.#read();
  }

  /** Returns a node by its id, in any letter case. */
  find(nodeId: string): NodeRow | undefined {
    return this.#read().find((row) => row.nodeId.toLowerCase() === nodeId.toLowerCase());
  }

  #index(row: NodeRow): IndexedNode {
    const indexed = indexNode(row);
    this.#indexed.set(row, indexed);
    return indexed;
  }
}
