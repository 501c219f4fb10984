import { useEffect } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import { queryParams, readQuery, type FindingQuery } from "../../presentation/search/query.ts";
import type { FindingsPage } from "../api.ts";
import { FacetGroups } from "./facet-groups.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { FindingsTable, rowId, SortChoice } from "./findings-table.tsx";
import { useFetched } from "./http.ts";
import { Pager } from "./pager.tsx";
import { go, hrefOf, replaceRoute } from "./route.ts";
import { SearchBox } from "./search-box.tsx";
import { SelectedFindings } from "./selected-findings.tsx";
import { SeverityCounts } from "./severity.tsx";
import { useSelection } from "./use-selection.ts";
import type { ViewProps } from "./view-props.ts";

interface FindingsListProps extends ViewProps {
  /** Key of the finding whose page was left. */
  readonly left: { current: string | undefined };
}

/** Shows the findings that the address asks for. */
export function FindingsList(props: FindingsListProps) {
  const query = readQuery(props.route.params);
  if ("problem" in query) return <WrongAddress problem={query.problem} />;
  return <Found query={query} {...props} />;
}

function WrongAddress({ problem }: { readonly problem: string }) {
  return (
    <section>
      <p role="alert">{problem}</p>
      <p>
        <a href={hrefOf({ view: "findings" })}>Show all open findings</a>
      </p>
    </section>
  );
}

function Found({ query, live: { state }, route, left }: FindingsListProps & { readonly query: FindingQuery }) {
  const params = queryParams(query).toString();
  const { data, error } = useFetched<FindingsPage>(`/api/findings?${params}`, state?.findings.revision);
  const selection = useSelection(params, state?.findings.revision, data);
  const triage = state?.about.can.triage === true ? selection : undefined;
  const isLoaded = data !== undefined;
  useEffect(() => {
    if (!isLoaded || left.current === undefined) return;
    document.getElementById(rowId(left.current))?.focus();
    left.current = undefined;
  }, [isLoaded]);
  const routeOf = (next: FindingQuery) => ({ view: "findings", params: queryParams(next) }) as const;
  const change = (next: FindingQuery): void => go(routeOf(next));
  return (
    <>
      <SearchBox text={query.text} onChange={(text) => replaceRoute(routeOf({ ...query, text, page: 1 }))} />
      <FilterChips query={query} onChange={change} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading findings …</p>}
      {data !== undefined && (
        <div class="searched">
          <FacetGroups facets={data.facets} query={query} onChange={change} />
          <section aria-label="Findings">
            <Counts data={data} query={query} />
            <SortChoice query={query} onChange={change} />
            {triage !== undefined && <SelectedFindings selection={triage} total={data.total} />}
            <FindingsTable
              data={data}
              query={query}
              route={route}
              isOrganization={state?.about.organization === true}
              selection={triage}
            />
            {data.total === 0 && <Nothing query={query} data={data} />}
            <Pager {...data} page={data.page - 1} route={route} what="finding" first={1} />
          </section>
        </div>
      )}
    </>
  );
}

function Counts({ data, query }: { readonly data: FindingsPage; readonly query: FindingQuery }) {
  const { open, closed, bySeverity } = data;
  const { record: _, ...facets } = query.facets;
  const ofRecord = (record: readonly string[]) =>
    hrefOf({ view: "findings", params: queryParams({ ...query, page: 1, facets: { ...facets, record } }) });
  return (
    <div class="controls">
      <a href={ofRecord([])}>{open} open</a>
      <SeverityCounts counts={bySeverity} />
      {closed > 0 && <a href={ofRecord(["closed"])}>{closed} closed</a>}
      <Downloads params={queryParams({ ...query, page: 1 }).toString()} />
    </div>
  );
}

/** Links to the findings of the current search as files, and to the report about all. */
function Downloads({ params }: { readonly params: string }) {
  return (
    <span class="end downloads">
      Download:{" "}
      <a href={`/api/findings.csv?${params}`} download="patch-findings.csv">
        CSV
      </a>{" "}
      <a href={`/api/findings.json?${params}`} download="patch-findings.json">
        JSON
      </a>{" "}
      <a href="/report.html" download="patch-findings.html">
        report (HTML)
      </a>
    </span>
  );
}

function Nothing({ query, data: { open, closed } }: { readonly query: FindingQuery; readonly data: FindingsPage }) {
  const isEverything = query.text === "" && Object.keys(query.facets).length === 0;
  if (isEverything) return <p class="empty">There are no open findings.</p>;
  const others = open + closed;
  return (
    <p class="empty">
      No findings match the search and filters.
      {others > 0 && ` Without the filter by open or closed, ${counted(others, "finding")} would match.`}
    </p>
  );
}
