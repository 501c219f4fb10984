import { useEffect, useRef } from "preact/hooks";
import { causesInWords } from "../../presentation/findings/summary.ts";
import {
  FILTER_OPERATORS,
  FINDING_FIELDS,
  type FindingFilter,
  type FindingOrder,
  type FindingRow,
  type FindingsPage,
} from "../api.ts";
import type { ViewProps } from "./view-props.ts";
import { FilterBar } from "./filter-bar.tsx";
import { DueBadge } from "./finding-deadline.tsx";
import { FindingDetails } from "./finding-details.tsx";
import { FindingFacets } from "./finding-facets.tsx";
import { useFetched } from "./http.ts";
import { Pager } from "./pager.tsx";
import { go, hrefOf, isPlainClick, withParam, type Route } from "./route.ts";
import { SeverityBadge, SeverityCounts } from "./severity.tsx";
import { shortTime } from "./times.ts";

/** The initial filters of Security Hub's console. */
const DEFAULT_FILTERS: readonly FindingFilter[] = [{ field: "record", operator: "is", value: "ACTIVE" }];

interface Column {
  readonly title: string;
  readonly order?: FindingOrder;
  /** The direction of the first click. Default: ascending. */
  readonly first?: "ascending" | "descending";
}

const COLUMNS: readonly Column[] = [
  { title: "Severity", order: "severity" },
  { title: "Managed node", order: "node" },
  { title: "What is wrong" },
  { title: "Owner", order: "owner" },
  { title: "Age (days)", order: "age", first: "descending" },
  { title: "Due", order: "due" },
  { title: "Workflow", order: "workflow" },
  { title: "Record", order: "record" },
  { title: "Product", order: "product" },
  { title: "Updated (UTC)", order: "updated" },
];

export function FindingsView({ live: { state }, route }: ViewProps) {
  const filters = filtersOf(route);
  const query = new URLSearchParams(route.params);
  query.set("filters", JSON.stringify(filters));
  const version = state?.findings.revision;
  const { data, error } = useFetched<FindingsPage>(`/api/findings?${query.toString()}`, version);
  useFocusReturn(route.open);
  const change = (next: readonly FindingFilter[]): void =>
    go({ ...route, params: withParam(route.params, "filters", JSON.stringify(next)) });
  return (
    <>
      <FilterBar filters={filters} onChange={change} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data !== undefined && <FindingFacets counts={data} filters={filters} onChange={change} />}
      <div class="controls">
        {data !== undefined && <SeverityCounts counts={data.bySeverity} />}
        <a href="/report.html" download="patch-findings.html">
          Download report (HTML)
        </a>
      </div>
      <div class={route.open === undefined ? "split" : "split opened"}>
        {data !== undefined && <FindingsTable data={data} route={route} />}
        {route.open !== undefined && <FindingDetails findingKey={route.open} route={route} version={version} />}
      </div>
    </>
  );
}

const linkId = (key: string): string => `finding-${key}`;

/** Moves the focus back to the row of a finding when its details are closed. */
function useFocusReturn(open: string | undefined): void {
  const last = useRef(open);
  useEffect(() => {
    const closed = last.current;
    last.current = open;
    if (closed !== undefined && open === undefined) document.getElementById(linkId(closed))?.focus();
  }, [open]);
}

/** Reads the filters from the URL. People can edit it, so invalid filters are ignored. */
function filtersOf({ params }: Route): readonly FindingFilter[] {
  try {
    const given: unknown = JSON.parse(params.get("filters") ?? "");
    return Array.isArray(given) && given.every(isFilter) ? given : DEFAULT_FILTERS;
  } catch {
    return DEFAULT_FILTERS;
  }
}

function isFilter(given: unknown): given is FindingFilter {
  const { field, operator, value } = Object(given) as Partial<Record<keyof FindingFilter, unknown>>;
  const isKnown = (names: readonly unknown[], name: unknown) => names.includes(name);
  return isKnown(FINDING_FIELDS, field) && isKnown(FILTER_OPERATORS, operator) && typeof value === "string";
}

function FindingsTable({ data, route }: { readonly data: FindingsPage; readonly route: Route }) {
  return (
    <section aria-label="Findings">
      <table class="cards">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <SortedHead {...column} route={route} />
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <Row row={row} route={route} />
          ))}
        </tbody>
      </table>
      {data.total === 0 && <p class="empty">No findings match these filters.</p>}
      <Pager route={route} page={data.page} pageSize={data.pageSize} total={data.total} what="finding" />
    </section>
  );
}

function SortedHead({ title, order, first = "ascending", route }: Column & { readonly route: Route }) {
  if (order === undefined) return <th scope="col">{title}</th>;
  const isOrder = (route.params.get("order") ?? "severity") === order;
  const direction = route.params.get("direction") === "descending" ? "descending" : "ascending";
  const other = direction === "ascending" ? "descending" : "ascending";
  const params = withParam(withParam(route.params, "order", order), "direction", isOrder ? other : first);
  return (
    <th scope="col" data-column={order} aria-sort={isOrder ? direction : undefined}>
      <button type="button" class="sort" onClick={() => go({ ...route, params })}>
        {title}
        <span aria-hidden="true">{isOrder ? (direction === "ascending" ? " ▲" : " ▼") : ""}</span>
      </button>
    </th>
  );
}

function Row({ row: { key, view, ageDays }, route }: { readonly row: FindingRow; readonly route: Route }) {
  const isOpen = route.open === key;
  const target = { view: "findings", open: key, params: route.params } as const;
  return (
    <tr class={isOpen ? "open" : undefined} onClick={(event) => isPlainClick(event) && go(target)}>
      <td data-label="Severity">
        <SeverityBadge severity={view.severity} />
      </td>
      <th scope="row" data-label="Managed node">
        <a id={linkId(key)} href={hrefOf(target)} aria-current={isOpen ? "true" : undefined}>
          {view.nodeId}
        </a>
        <small>{view.computerName}</small>
      </th>
      <td data-label="What is wrong">{summaryOf(view)}</td>
      <td data-label="Owner">{view.owner !== undefined && <bdi>{view.owner}</bdi>}</td>
      <td data-label="Age (days)">{ageDays}</td>
      <td data-label="Due">
        {view.dueDate !== undefined && <time dateTime={view.dueDate}>{view.dueDate.slice(0, 10)}</time>}
        {view.dueDate !== undefined && view.due !== undefined && " "}
        {view.due !== undefined && <DueBadge due={view.due} />}
      </td>
      <td data-label="Workflow">{view.workflowStatus}</td>
      <td data-label="Record">{view.recordState}</td>
      <td data-label="Product">{view.productName}</td>
      <td data-label="Updated">
        <time dateTime={view.updatedAt}>{shortTime(view.updatedAt)}</time>
      </td>
    </tr>
  );
}

function summaryOf({ causes, kind, title }: FindingRow["view"]): string {
  if (kind === "blindSpot") return "patch status unknown";
  return causes.length === 0 ? title : causesInWords(causes);
}
