/** The findings of the source, ready to be searched. */
import { createHash } from "node:crypto";
import { ageInDays } from "../presentation/findings/due.ts";
import { present } from "../presentation/findings/finding-fields.ts";
import { findingView, type FindingView } from "../presentation/findings/finding-view.ts";
import { countBySeverity, isOpen } from "../presentation/findings/summary.ts";
import { findFinding, indexFinding, otherFindings, type IndexedFinding } from "../presentation/search/finding-index.ts";
import type { FindingQuery } from "../presentation/search/query.ts";
import { searchFindings, type SearchResult } from "../presentation/search/search.ts";
import type { FindingRow, FindingsPage, FindingsState } from "./api.ts";
import { listedFinding } from "./finding-rows.ts";
import type { FindingsSnapshot } from "./source.ts";

/** A finding with the object that the source holds. */
export interface KnownFinding extends FindingRow {
  readonly asff: object;
}

/** What is computed of one revision of the findings. */
interface Known {
  readonly revision: number;
  readonly all: readonly KnownFinding[];
  readonly indexed: readonly IndexedFinding<KnownFinding>[];
  readonly counts: Pick<FindingsState, "open" | "closed">;
}

/** Provides the findings. Each version of a finding is converted once. */
export class Findings {
  readonly #read: () => FindingsSnapshot;
  readonly #ownerTag: string | undefined;
  readonly #converted = new WeakMap<object, IndexedFinding<KnownFinding>>();
  #known: Known = { revision: -1, all: [], indexed: [], counts: countsOf([]) };

  /** @param ownerTag the key of the tag that names the owner of a node */
  constructor(read: () => FindingsSnapshot, ownerTag?: string) {
    this.#read = read;
    this.#ownerTag = ownerTag;
  }

  /** Returns all findings. */
  all(): readonly KnownFinding[] {
    return this.#current().all;
  }

  /** Returns a number that increases when a finding changes. */
  revision(): number {
    return this.#read().revision;
  }

  /** Returns the numbers of findings, and how old they are. */
  state(): FindingsState {
    const { revision, readAt, problem } = this.#read();
    return present({ revision, readAt, problem, ...this.#current().counts });
  }

  /** Returns the findings that match a query, sorted. */
  search(query: FindingQuery, now: Date): SearchResult<KnownFinding> {
    return searchFindings(this.#current().indexed, query, now);
  }

  /** Returns one page of the findings that match a query. */
  page(query: FindingQuery, now: Date): FindingsPage {
    const { rows, matching: _, ...counts } = this.search(query, now);
    return { ...counts, rows: rows.map((row) => listedFinding(row, now)) };
  }

  /** Returns a finding by its key, or by the id of its node. */
  find(keyOrNode: string): KnownFinding | undefined {
    return findFinding(this.#current().indexed, keyOrNode)?.row;
  }

  /** Returns the other open findings of the node that a finding is about. */
  others(found: KnownFinding): readonly FindingRow[] {
    return otherFindings(this.all(), found).map(({ key, view }) => ({ key, view }));
  }

  #current(): Known {
    const { revision, findings } = this.#read();
    if (this.#known.revision !== revision) {
      const indexed = findings.flatMap((asff) => this.#converted.get(asff) ?? this.#convert(asff) ?? []);
      const all = indexed.map(({ row }) => row);
      this.#known = { revision, indexed, all, counts: countsOf(all.map(({ view }) => view)) };
    }
    return this.#known;
  }

  #convert(asff: object): IndexedFinding<KnownFinding> | undefined {
    const view = findingView(asff, this.#ownerTag);
    if (view === undefined) return undefined;
    const indexed = indexFinding({ key: keyOf(asff), view, asff });
    this.#converted.set(asff, indexed);
    return indexed;
  }
}

/** These counts are asked for twice a second, so they are made once for each revision. */
function countsOf(views: readonly FindingView[]): Known["counts"] {
  const closed = views.filter(({ kind, recordState }) => kind !== "other" && recordState === "ARCHIVED").length;
  return { open: countBySeverity(views.filter(isOpen)), closed };
}

/** Returns a finding as details show it, with its age at `now`. */
export function rowOf({ key, view }: { readonly key: string; readonly view: FindingView }, now: Date): FindingRow {
  const ageDays = ageInDays(view, now);
  return { key, view, ...(ageDays !== undefined && { ageDays }) };
}

/** Returns a short key that is safe in a URL, whatever the Id contains. */
function keyOf(asff: object): string {
  const name = JSON.stringify([Reflect.get(asff, "ProductArn"), Reflect.get(asff, "Id")]);
  return createHash("sha256").update(name).digest("hex").slice(0, 20);
}
