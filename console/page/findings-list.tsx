import { useEffect } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { FacetCount } from "../../presentation/search/facet-counts.ts";
import type { Facet } from "../../presentation/search/facets.ts";
import { queryParams, readQuery, withToggled, type FindingQuery } from "../../presentation/search/query.ts";
import type { FindingsPage } from "../api.ts";
import { FacetGroups } from "./facet-groups.tsx";
import { FINDING_FACETS } from "./facet-names.ts";
import { FilterChips } from "./filter-chips.tsx";
import { FINDING_HEADS, FindingsTable, rowId } from "./findings-table.tsx";
import { useFetched } from "./http.ts";
import { Pager } from "./pager.tsx";
import { go, hrefOf, replaceRoute } from "./route.ts";
import { SearchBox } from "./search-box.tsx";
import { SelectedRows } from "./selected-rows.tsx";
import { SeverityCounts } from "./severity.tsx";
import { SortedBy } from "./sorted-heads.tsx";
import { Triage } from "./triage.tsx";
import { useSelection, type Selection } from "./use-selection.ts";
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

function Found({ query, live, route, left }: FindingsListProps & { readonly query: FindingQuery }) {
  const params = queryParams(query).toString();
  const version = live.state?.findings.revision;
  const { data, error } = useFetched<FindingsPage>(`/api/findings?${params}`, version);
  const shown = data?.rows.map(({ key }) => key) ?? [];
  const selection = useSelection({ path: "/api/findings", params, version, shown });
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
      <SearchBox
        label="Search findings"
        placeholder="Search by name, id, patch, CVE, owner, platform …"
        text={query.text}
        onChange={(text) => replaceRoute(routeOf({ ...query, text, page: 1 }))}
      />
      <FilterChips words={FINDING_FACETS} query={query} onChange={change} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading findings …</p>}
      {data !== undefined && (
        <Results data={data} query={query} onChange={change} live={live} route={route} selection={selection} />
      )}
    </>
  );
}

interface ResultsProps extends ViewProps {
  readonly data: FindingsPage;
  readonly query: FindingQuery;
  readonly onChange: (query: FindingQuery) => void;
  readonly selection: Selection;
}

function Results({ data, query, onChange: change, live: { state }, route, selection }: ResultsProps) {
  const triage = state?.about.can.triage === true ? selection : undefined;
  return (
    <div class="searched">
      <FacetGroups
        words={FINDING_FACETS}
        facets={data.facets}
        onToggle={(...choice) => change(toggled(query, ...choice))}
      />
      <section aria-label="Findings">
        <Counts data={data} query={query} />
        <SortedBy {...FINDING_HEADS} route={route} />
        {triage !== undefined && (
          <SelectedRows selection={triage} total={data.total} what="finding">
            <Triage keys={[...triage.keys]} onDone={triage.clear} />
          </SelectedRows>
        )}
        <FindingsTable
          data={data}
          route={route}
          isOrganization={state?.about.organization === true}
          selection={triage}
        />
        {data.total === 0 && <Nothing query={query} data={data} />}
        <Pager {...data} page={data.page - 1} route={route} what="finding" first={1} />
      </section>
    </div>
  );
}

/** A click on a selected value removes it, however it was selected. A finding is open, closed, or both are shown. */
function toggled(query: FindingQuery, facet: Facet, { value, selected }: FacetCount, excluded: boolean): FindingQuery {
  if (selected !== undefined) return withToggled(query, facet, value, selected === "excluded");
  if (facet !== "record") return withToggled(query, facet, value, excluded);
  const { record: _, ...facets } = query.facets;
  const others: FindingQuery = { ...query, facets };
  return withToggled(others, "record", value, excluded);
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
