/** The first page: what needs attention, and what happened. */
import { overviewOf, type NodeCounts, type Overview } from "../presentation/overview/overview.ts";
import type { PatchIndex } from "../presentation/patches/patch-index.ts";
import type { NodeRow, Operation, OverviewAnswer } from "./api.ts";
import type { Findings } from "./findings.ts";
import type { PatchReader } from "./patch-reader.ts";
import type { ConsoleSource } from "./source.ts";

/** The longest list of operations. */
const MAX_OPERATIONS = 50;

/** Provides the overview. It is computed again only if findings, patches or executions changed. */
export class OverviewReader {
  readonly #source: ConsoleSource;
  readonly #findings: Findings;
  readonly #patches: PatchReader;
  #known: { readonly patches: PatchIndex; readonly executions: number; readonly overview: Overview } | undefined;

  constructor(source: ConsoleSource, findings: Findings, patches: PatchReader) {
    this.#source = source;
    this.#findings = findings;
    this.#patches = patches;
  }

  async answer(): Promise<OverviewAnswer> {
    const overview = await this.#overview();
    const activity = this.#source.activity().toSorted(newestFirst);
    return {
      overview,
      activity: activity.slice(0, MAX_OPERATIONS),
      olderActivity: Math.max(0, activity.length - MAX_OPERATIONS),
    };
  }

  async #overview(): Promise<Overview> {
    const patches = await this.#patches.patches();
    const { program, nodes } = this.#source;
    const executions = program?.revision() ?? 0;
    // The reader makes a new index for each revision of the findings.
    if (this.#known?.patches !== patches || this.#known.executions !== executions) {
      const rows = this.#findings.all();
      this.#known = { patches, executions, overview: overviewOf(rows, nodes && countNodes(nodes(rows)), patches) };
    }
    return this.#known.overview;
  }
}

/** Counts the nodes by compliance. A node that was never scanned has an unknown patch status. */
function countNodes(rows: readonly NodeRow[]): NodeCounts {
  const counts = { compliant: 0, noncompliant: 0, unknown: 0 };
  for (const { compliance } of rows) counts[compliance === "never scanned" ? "unknown" : compliance] += 1;
  return counts;
}

const newestFirst = (a: Operation, b: Operation): number => Date.parse(b.time) - Date.parse(a.time);
