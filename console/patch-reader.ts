/** The patches and CVEs of the findings, with what was read of the nodes whose findings list only some. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { FindingView } from "../presentation/findings/finding-view.ts";
import { cveIndex, type CveIndex } from "../presentation/patches/cve-index.ts";
import { findingParts } from "../presentation/patches/finding-parts.ts";
import { activeRows, patchIndex, type PatchIndex } from "../presentation/patches/patch-index.ts";
import type { ComplianceRow } from "../presentation/patches/patch-table.ts";
import type { Findings, KnownFinding } from "./findings.ts";
import { PatchCheck } from "./patch-check.ts";
import type { ConsoleSource } from "./source.ts";

/** Findings between two turns of the event loop: about 15 ms of work. */
const FINDINGS_PER_TURN = 100;
/** Nodes whose rows are read without a request of a person. */
const MOST_FREE_READS = 5_000;

/** What is computed of one revision of the findings and rows. */
interface Known {
  readonly version: string;
  // Computed for the first reader only.
  patches?: PatchIndex;
  cves?: CveIndex;
}

/** Provides the lists of patches and CVEs. What one version of a finding adds to them is computed once. */
export class PatchReader {
  /** Reads the patches that findings do not list, if that costs something. */
  readonly check: PatchCheck | undefined;
  readonly #source: ConsoleSource;
  readonly #findings: Findings;
  readonly #rows = new WeakMap<FindingView, readonly ComplianceRow[]>();
  readonly #prepared = new WeakSet<FindingView>();
  #rowsRead = 0;
  #known: Known = { version: "" };
  #preparing: { readonly revision: number; readonly done: Promise<void> } | undefined;

  constructor(source: ConsoleSource, findings: Findings) {
    this.#source = source;
    this.#findings = findings;
    if (!source.readsPatchesFreely) this.check = new PatchCheck((row) => this.#readRows(row));
  }

  /** Returns the patches that nodes lack. */
  async patches(): Promise<PatchIndex> {
    await this.prepare();
    const known = this.#current();
    return (known.patches ??= patchIndex(this.#findings.all(), (view) => this.#rows.get(view)));
  }

  /** Returns the CVEs against which nodes lack a patch. */
  async cves(): Promise<CveIndex> {
    await this.prepare();
    const known = this.#current();
    return (known.cves ??= cveIndex(this.#findings.all(), (view) => this.#rows.get(view)));
  }

  /** Computes what is slow ahead of the first reader, in small parts, so that a page never waits for it. */
  prepare(): Promise<void> {
    const revision = this.#findings.revision();
    if (this.#preparing?.revision !== revision) {
      this.#preparing = { revision, done: this.#prepareAll(this.#findings.all()) };
    }
    return this.#preparing.done;
  }

  async #prepareAll(rows: readonly KnownFinding[]): Promise<void> {
    let [work, reads] = [0, 0];
    for (const row of activeRows(rows) as KnownFinding[]) {
      if (this.#prepared.has(row.view)) continue;
      this.#prepared.add(row.view);
      const { somePatches, someCves } = findingParts(row);
      const isComplete = somePatches === undefined && someCves === undefined;
      if (!isComplete && this.#source.readsPatchesFreely && reads < MOST_FREE_READS) {
        reads += 1;
        await this.#readRows(row).catch(() => false);
      }
      work += 1;
      if (work % FINDINGS_PER_TURN === 0) await nextTurn();
    }
  }

  /** Returns whether the rows could be read. No rows at all say nothing about an open finding. */
  async #readRows({ view, key }: KnownFinding): Promise<boolean> {
    const rows = await this.#source.patchRows(view);
    if (rows === undefined || rows.length === 0) return false;
    this.#rows.set(view, rows);
    this.#rowsRead += 1;
    findingParts({ view, key }, rows);
    return true;
  }

  #current(): Known {
    const version = `${this.#findings.revision()} ${this.#rowsRead}`;
    if (this.#known.version !== version) this.#known = { version };
    return this.#known;
  }
}
