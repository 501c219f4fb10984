/** The findings of an account, kept in memory. */
import { isDeepStrictEqual } from "node:util";
import type { FindingsSnapshot } from "../../console/source.ts";
import { counted } from "../../contract/counted.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import { findingKey } from "./finding-key.ts";
import { readProblem } from "./read-problem.ts";

/** Findings after which a first read shows what it has. A page of GetFindings has as many. */
const SHOWN_AT_ONCE = 100;

export interface FindingCacheOptions {
  /** Yields all findings. */
  readonly read: () => AsyncIterable<object>;
  readonly now: () => Date;
  /** Receives each finding that is new or differs. `before` is absent for a new one. */
  readonly onChange: (after: object, before: object | undefined, readAt: string) => void;
  /** Receives the findings that Security Hub does not hold any more. */
  readonly onGone?: (finding: object) => void;
  /** Receives each new problem. */
  readonly onProblem: (problem: string) => void;
}

/** Keeps the findings of the last complete read. A failed read keeps them too, and says why they may be out of date. */
export class FindingCache {
  readonly #options: FindingCacheOptions;
  #known = new Map<string, object>();
  #list: readonly object[] = [];
  #revision = 0;
  #readAt: string | undefined;
  #isComplete = false;
  #problem: string | undefined = "The findings have not been read yet.";
  /** The problem of the last read, of which the terminal has a line. */
  #reported: string | undefined;
  /** Findings that were read one by one during a read. They are newer than its pages. */
  #newer: Map<string, object> | undefined;

  constructor(options: FindingCacheOptions) {
    this.#options = options;
  }

  snapshot(): FindingsSnapshot {
    return {
      revision: this.#revision,
      findings: this.#list,
      ...present({ readAt: this.#readAt, problem: this.#problem }),
      ...(!this.#isComplete && { incomplete: true }),
    };
  }

  /** Reads all findings. Never rejects: the snapshot has the problem. */
  async readAll(): Promise<void> {
    const { read, now } = this.#options;
    const startedAt = now().toISOString();
    const next = new Map<string, object>();
    this.#newer = new Map();
    try {
      if (!this.#isComplete) this.#showPart(next, startedAt);
      for await (const finding of read()) {
        next.set(findingKey(finding), finding);
        if (!this.#isComplete && next.size % SHOWN_AT_ONCE === 0) this.#showPart(next, startedAt);
      }
      this.#isComplete = true;
      this.#show(next, startedAt);
      this.#reported = this.#problem = undefined;
    } catch (error) {
      this.#fail(readProblem(error));
    } finally {
      this.#newer = undefined;
    }
  }

  /** Replaces findings that were read one by one. */
  replace(findings: readonly object[]): void {
    const next = new Map(this.#known);
    for (const finding of findings) {
      next.set(findingKey(finding), finding);
      this.#newer?.set(findingKey(finding), finding);
    }
    this.#show(next);
  }

  /** Shows the pages of the first read, because all of them can take minutes. */
  #showPart(findings: ReadonlyMap<string, object>, readAt: string): void {
    // After a failed first read, its part stays until the next one has more.
    if (findings.size > this.#known.size) this.#show(findings, readAt);
    this.#problem = `The findings are being read for the first time: ${counted(this.#known.size, "finding")} so far.`;
    this.#readAt ??= readAt;
  }

  #show(findings: ReadonlyMap<string, object>, readAt = this.#readAt): void {
    const next = new Map([...findings, ...(this.#newer ?? [])]);
    const { onChange, onGone } = this.#options;
    let changed = next.size !== this.#known.size;
    for (const [key, finding] of next) {
      const before = this.#known.get(key);
      // A person's edit changes neither UpdatedAt nor, as far as AWS documents, ProcessedAt. So everything is compared.
      if (before !== undefined && isDeepStrictEqual(before, finding)) {
        next.set(key, before);
        continue;
      }
      changed = true;
      onChange(finding, before, readAt ?? "");
    }
    for (const [key, finding] of this.#known) {
      if (next.has(key)) continue;
      changed = true;
      onGone?.(finding);
    }
    this.#readAt = readAt;
    if (!changed) return;
    this.#known = next;
    this.#list = [...next.values()];
    this.#revision += 1;
  }

  #fail(problem: string): void {
    if (this.#reported !== problem) this.#options.onProblem(problem);
    this.#reported = this.#problem = problem;
  }
}
