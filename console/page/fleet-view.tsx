import { nodeParams, readNodeQuery, type NodeQuery } from "../../presentation/fleet/node-query.ts";
import { withToggled } from "../../presentation/search/list-query.ts";
import type { FleetPage } from "../api.ts";
import { FacetGroups } from "./facet-groups.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { NODE_FACET_WORDS } from "./fleet-facets.ts";
import { NODE_HEADS, NodeTable } from "./fleet-table.tsx";
import { BusyButton } from "./busy-button.tsx";
import { send, useFetched } from "./http.ts";
import { NodeProgressBar } from "./node-progress.tsx";
import { Pager } from "./pager.tsx";
import { go, hrefOf, replaceRoute } from "./route.ts";
import { SearchBox } from "./search-box.tsx";
import { SelectedRows } from "./selected-rows.tsx";
import { SortedBy } from "./sorted-heads.tsx";
import { useCommand } from "./use-command.ts";
import { useSelection, type Selection } from "./use-selection.ts";
import type { ViewProps } from "./view-props.ts";

/** Shows the managed nodes that the address asks for. */
export function FleetView(props: ViewProps) {
  const query = readNodeQuery(props.route.params);
  if ("problem" in query) {
    return (
      <section>
        <p role="alert">{query.problem}</p>
        <p>
          <a href={hrefOf({ view: "fleet" })}>Show all managed nodes</a>
        </p>
      </section>
    );
  }
  return <Found query={query} {...props} />;
}

const routeOf = (query: NodeQuery) => ({ view: "fleet", params: nodeParams(query) }) as const;
const change = (next: NodeQuery): void => go(routeOf(next));

function Found({ query, live: { state }, route }: ViewProps & { readonly query: NodeQuery }) {
  const params = nodeParams(query).toString();
  const version = `${state?.findings.revision} ${state?.executions}`;
  const { data, error } = useFetched<FleetPage>(`/api/fleet?${params}`, version);
  const shown = data?.rows.map(({ nodeId }) => nodeId) ?? [];
  const selection = useSelection({ path: "/api/fleet", params, version, shown });
  const chosen = state?.about.can.simulate === true ? selection : undefined;
  return (
    <>
      <SearchBox
        label="Search managed nodes"
        placeholder="Search by id, name, platform, patch group, cause …"
        text={query.text}
        onChange={(text) => replaceRoute(routeOf({ ...query, text, page: 1 }))}
      />
      <FilterChips words={NODE_FACET_WORDS} query={query} onChange={change} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading managed nodes …</p>}
      {data !== undefined && (
        <div class="searched">
          <FacetGroups
            words={NODE_FACET_WORDS}
            facets={data.facets}
            onToggle={(facet, { value, selected }, excluded) =>
              change(withToggled(query, facet, value, selected === undefined ? excluded : selected === "excluded"))
            }
          />
          <section aria-label="Managed nodes">
            <SortedBy {...NODE_HEADS} route={route} />
            {chosen !== undefined && (
              <SelectedRows selection={chosen} total={data.total} what="node">
                <Actions selection={chosen} />
                <NodeProgressBar progress={state?.progress} />
              </SelectedRows>
            )}
            <NodeTable rows={data.rows} route={route} selection={chosen} />
            {data.total === 0 && <p class="empty">No nodes match the search and filters.</p>}
            <Pager {...data} page={data.page - 1} route={route} what="managed node" first={1} />
          </section>
        </div>
      )}
    </>
  );
}

/** What can be simulated on the selected nodes. They stay selected, because a scan often follows. */
function Actions({ selection: { keys } }: { readonly selection: Selection }) {
  const { said, busy, run } = useCommand();
  const press = (path: string) => (): void => run(() => send(path, { nodes: [...keys] }));
  return (
    <div class="controls" role="group" aria-label="Actions for selected nodes">
      <BusyButton busy={keys.size === 0 || busy} onClick={press("/api/patch")}>
        Patch selected nodes
      </BusyButton>
      <BusyButton busy={keys.size === 0 || busy} onClick={press("/api/scan")}>
        Scan selected nodes
      </BusyButton>
      <output aria-live="polite">{said}</output>
    </div>
  );
}
