/** What we use of dagre. Its own types import each other without file extensions, which TypeScript's nodenext does not resolve. */
declare module "@dagrejs/dagre" {
  interface Point {
    readonly x: number;
    readonly y: number;
  }

  export class Graph {
    constructor(options: { multigraph: boolean });
    setGraph(label: { rankdir: "TB"; nodesep: number; edgesep: number; ranksep: number }): void;
    setNode(id: string, size: { width: number; height: number }): void;
    setEdge(from: string, to: string, label: { weight: number }, name: string): void;
    /** After the layout. */
    graph(): { readonly width: number; readonly height: number };
    /** After the layout: with its centre. */
    node(id: string): Point & { readonly width: number; readonly height: number };
    nodes(): string[];
    /** After the layout. */
    edge(edge: { v: string; w: string; name: string }): { readonly points: readonly Point[] };
  }

  /** @param options corePath: nodes that stand straight under each other; dagre's README does not tell of it */
  export function layout(graph: Graph, options: { corePath: readonly string[] }): void;
}
