/** The findings of the source, filtered, sorted and paged as in the Security Hub console. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { ageInDays, COMPARE as COMPARE_DUE } from "../presentation/findings/due.ts";
import { present } from "../presentation/findings/finding-fields.ts";
import { findingView, type FindingView } from "../presentation/findings/finding-view.ts";
import { compareSeverities, compareTexts, countBySeverity } from "../presentation/findings/summary.ts";
import {
  FILTER_OPERATORS,
  FINDING_FIELDS,
  FINDING_ORDERS,
  MAX_FILTER_VALUE,
  type FindingFilter,
  type FindingOrder,
  type FindingRow,
  type FindingsPage,
  type FindingsState,
} from "./api.ts";
import { facetsOf } from "./facets.ts";
import { passes } from "./finding-filters.ts";
import { pageOf } from "./paging.ts";
import type { FindingsSnapshot } from "./source.ts";

interface KnownFinding extends FindingRow {
  readonly asff: object;
}

const COMPARE: Readonly<Record<FindingOrder, (a: FindingView, b: FindingView) => number>> = {
  severity: (a, b) => compareSeverities(a.severity, b.severity),
  node: (a, b) => compareTexts(a.nodeId, b.nodeId),
  owner: COMPARE_DUE.owner,
  // As the column shows it: the fewest days first.
  age: (a, b) => COMPARE_DUE.age(b, a),
  due: COMPARE_DUE.due,
  workflow: (a, b) => compareTexts(a.workflowStatus, b.workflowStatus),
  record: (a, b) => compareTexts(a.recordState, b.recordState),
  product: (a, b) => compareTexts(a.productName, b.productName),
  updated: (a, b) => compareTexts(b.updatedAt, a.updatedAt),
};

/** Findings that lack the fact come last, in either direction. */
const LACKS: Readonly<Partial<Record<FindingOrder, (view: FindingView) => boolean>>> = {
  owner: ({ owner }) => owner === undefined,
  age: (view) => ageInDays(view, new Date(0)) === undefined,
  due: ({ due, dueDate = "" }) => due !== "overdue" && Number.isNaN(Date.parse(dueDate)),
};

const filterSchema = z.strictObject({
  field: z.enum(FINDING_FIELDS),
  operator: z.enum(FILTER_OPERATORS),
  value: z.string().max(MAX_FILTER_VALUE),
});
const filtersSchema = z.array(filterSchema).max(20);
const orderSchema = z.strictObject({ by: z.enum(FINDING_ORDERS), descending: z.boolean() });

/** The query of a findings view, from its URL. */
interface FindingsQuery {
  readonly filters: readonly FindingFilter[];
  readonly order: z.output<typeof orderSchema>;
}

/** Parses a query. @throws {z.ZodError} invalid filters */
export function readQuery(filters: string | undefined, order = "severity", direction = "ascending"): FindingsQuery {
  return {
    filters: filtersSchema.parse(JSON.parse(filters ?? "[]")),
    order: orderSchema.parse({ by: order, descending: direction === "descending" }),
  };
}

/** Provides views of the findings. Each version of a finding is converted once. */
export class Findings {
  readonly #read: () => FindingsSnapshot;
  readonly #ownerTag: string | undefined;
  readonly #views = new WeakMap<object, FindingView>();
  #known: { readonly revision: number; readonly all: readonly KnownFinding[] } = { revision: -1, all: [] };

  /** @param ownerTag the key of the tag that names the owner of a node */
  constructor(read: () => FindingsSnapshot, ownerTag?: string) {
    this.#read = read;
    this.#ownerTag = ownerTag;
  }

  /** Returns all findings. */
  all(): readonly KnownFinding[] {
    const { revision, findings } = this.#read();
    if (this.#known.revision !== revision) {
      const all = findings.flatMap((asff) => {
        const view = this.#viewOf(asff);
        return view === undefined ? [] : [{ key: keyOf(asff), view, asff }];
      });
      this.#known = { revision, all };
    }
    return this.#known.all;
  }

  /** Returns the numbers of findings, and how old they are. */
  state(): FindingsState {
    const views = this.all().map(({ view }) => view);
    const open = views.filter(({ recordState }) => recordState !== "ARCHIVED");
    const { revision, readAt, problem } = this.#read();
    return present({ revision, readAt, problem, open: countBySeverity(open), closed: views.length - open.length });
  }

  page({ filters, order }: FindingsQuery, page: string | undefined, now: Date): FindingsPage {
    const all = this.all();
    const passing = all.filter(({ view }) => passes(view, filters));
    const compare = comparison(order);
    const shown = pageOf(
      passing.toSorted((a, b) => compare(a.view, b.view)),
      page,
    );
    return {
      ...shown,
      rows: shown.rows.map((finding) => rowOf(finding, now)),
      bySeverity: countBySeverity(passing.map(({ view }) => view)),
      ...facetsOf(
        all.map(({ view }) => view),
        filters,
      ),
    };
  }

  find(key: string): KnownFinding | undefined {
    return this.all().find((finding) => finding.key === key);
  }

  #viewOf(asff: object): FindingView | undefined {
    const known = this.#views.get(asff) ?? findingView(asff, this.#ownerTag);
    if (known !== undefined) this.#views.set(asff, known);
    return known;
  }
}

/** Returns a finding as lists and details show it, with its age at `now`. */
export function rowOf({ key, view }: FindingRow, now: Date): FindingRow {
  const ageDays = ageInDays(view, now);
  return { key, view, ...(ageDays !== undefined && { ageDays }) };
}

function comparison({ by, descending }: FindingsQuery["order"]) {
  const lacks = LACKS[by] ?? (() => false);
  return (a: FindingView, b: FindingView): number => {
    const order = COMPARE[by](a, b) || COMPARE.severity(a, b) || COMPARE.node(a, b);
    return Number(lacks(a)) - Number(lacks(b)) || (descending ? -order : order);
  };
}

/** Returns a short key that is safe in a URL, whatever the Id contains. */
function keyOf(asff: object): string {
  const name = JSON.stringify([Reflect.get(asff, "ProductArn"), Reflect.get(asff, "Id")]);
  return createHash("sha256").update(name).digest("hex").slice(0, 20);
}
