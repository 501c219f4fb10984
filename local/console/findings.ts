/** The findings of the run, filtered, sorted and paged as in the Security Hub console. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { compareSeverities, compareTexts, countBySeverity } from "../../presentation/findings/summary.ts";
import {
  FILTER_OPERATORS,
  FINDING_FIELDS,
  FINDING_ORDERS,
  type FindingField,
  type FindingFilter,
  type FindingOrder,
  type FindingRow,
  type FindingsPage,
} from "./api.ts";
import { pageOf } from "./paging.ts";

interface KnownFinding extends FindingRow {
  readonly asff: object;
}

const VALUE_OF: Readonly<Record<FindingField, (view: FindingView) => string>> = {
  product: (view) => view.productName,
  severity: (view) => view.severity,
  workflow: (view) => view.workflowStatus,
  record: (view) => view.recordState,
  node: (view) => view.nodeId,
  account: (view) => view.account,
};

const COMPARE: Readonly<Record<FindingOrder, (a: FindingView, b: FindingView) => number>> = {
  severity: (a, b) => compareSeverities(a.severity, b.severity),
  node: (a, b) => compareTexts(a.nodeId, b.nodeId),
  workflow: (a, b) => compareTexts(a.workflowStatus, b.workflowStatus),
  record: (a, b) => compareTexts(a.recordState, b.recordState),
  product: (a, b) => compareTexts(a.productName, b.productName),
  updated: (a, b) => compareTexts(b.updatedAt, a.updatedAt),
};

const filterSchema = z.strictObject({
  field: z.enum(FINDING_FIELDS),
  operator: z.enum(FILTER_OPERATORS),
  value: z.string().max(512),
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

/** The source of the console's findings. `revision` changes with every change of a finding. */
interface FindingsSource {
  readonly revision: number;
  held(): readonly object[];
}

/** Provides views of the findings. Each version of a finding is converted once. */
export class Findings {
  readonly #hub: FindingsSource;
  readonly #views = new WeakMap<object, FindingView>();
  #known: { readonly revision: number; readonly all: readonly KnownFinding[] } = { revision: -1, all: [] };

  constructor(hub: FindingsSource) {
    this.#hub = hub;
  }

  /** Returns all findings. */
  all(): readonly KnownFinding[] {
    if (this.#known.revision !== this.#hub.revision) {
      const all = this.#hub.held().flatMap((asff) => {
        const view = this.#viewOf(asff);
        return view === undefined ? [] : [{ key: keyOf(asff), view, asff }];
      });
      this.#known = { revision: this.#hub.revision, all };
    }
    return this.#known.all;
  }

  page({ filters, order }: FindingsQuery, page: string | undefined): FindingsPage {
    const passing = this.all().filter(({ view }) => passes(view, filters));
    const sorted = passing.toSorted(({ view: a }, { view: b }) => {
      const by = COMPARE[order.by](a, b) || COMPARE.severity(a, b) || COMPARE.node(a, b);
      return order.descending ? -by : by;
    });
    const shown = pageOf(sorted, page);
    const rows = shown.rows.map(({ key, view }) => ({ key, view }));
    return { ...shown, rows, bySeverity: countBySeverity(passing.map(({ view }) => view)) };
  }

  find(key: string): KnownFinding | undefined {
    return this.all().find((finding) => finding.key === key);
  }

  #viewOf(asff: object): FindingView | undefined {
    const known = this.#views.get(asff) ?? findingView(asff);
    if (known !== undefined) this.#views.set(asff, known);
    return known;
  }
}

/**
 * Tells whether a finding passes the filters. As in Security Hub, positive filters on one field are alternatives, and
 * all negative filters must hold.
 */
export function passes(view: FindingView, filters: readonly FindingFilter[]): boolean {
  const byField = Map.groupBy(filters, ({ field }) => field);
  return [...byField].every(([field, some]) => {
    const value = VALUE_OF[field](view);
    const wanted = some.filter(({ operator }) => operator !== "is not");
    const isWanted = wanted.some((filter) =>
      filter.operator === "is" ? value === filter.value : value.startsWith(filter.value),
    );
    const isExcluded = some.some((filter) => filter.operator === "is not" && value === filter.value);
    return !isExcluded && (wanted.length === 0 || isWanted);
  });
}

/** Returns a short key that is safe in a URL, whatever the Id contains. */
function keyOf(asff: object): string {
  const name = JSON.stringify([Reflect.get(asff, "ProductArn"), Reflect.get(asff, "Id")]);
  return createHash("sha256").update(name).digest("hex").slice(0, 20);
}
