import {
  EXECUTION_GROUPS,
  type ExecutionAnswer,
  type ExecutionRow,
  type ExecutionsPage,
  type StateMachineLayout,
} from "../api.ts";
import { ExecutionDetails } from "./execution-details.tsx";
import { stepsOf } from "./execution-steps.ts";
import { useFetched } from "./http.ts";
import { MachinePicture } from "./machine-picture.tsx";
import { Pager } from "./pager.tsx";
import { go, hrefOf, isPlainClick, replaceRoute, withParam, type Route } from "./route.ts";
import { SearchBox } from "./search-box.tsx";
import { Time } from "./time.tsx";
import type { ViewProps } from "./view-props.ts";

/** Shows the executions that the address asks for, and one of them. */
export function ExecutionsView({ live: { state }, route }: ViewProps) {
  const version = state?.executions;
  const query = route.params.toString();
  const { data, error } = useFetched<ExecutionsPage>(`/api/executions?${query}`, version);
  const { data: layout } = useFetched<StateMachineLayout>("/api/state-machine");
  const name = route.open ?? data?.rows[0]?.name;
  const opened = useFetched<ExecutionAnswer>(name && `/api/executions/${encodeURIComponent(name)}`, version);
  const execution = opened.data?.name === name ? opened.data : undefined;
  return (
    <>
      <Filters route={route} data={data} />
      <section class="list" aria-label="List of executions" tabIndex={0}>
        {error !== undefined && <p role="alert">{error}</p>}
        {data !== undefined && <ExecutionTable data={data} open={name} route={route} />}
      </section>
      <section class="execution" aria-label="Execution">
        <div>
          {opened.error !== undefined && <p role="alert">{opened.error}</p>}
          {execution !== undefined && <ExecutionDetails key={name} execution={execution} />}
        </div>
        {layout !== undefined && (
          <MachinePicture
            layout={layout}
            steps={execution ? stepsOf(execution.events) : []}
            execution={execution?.name}
          />
        )}
      </section>
    </>
  );
}

interface FiltersProps {
  readonly route: Route;
  readonly data: ExecutionsPage | undefined;
}

function Filters({ route: { params }, data }: FiltersProps) {
  const status = params.get("status") ?? "";
  const to = (name: string, value: string) => ({ view: "executions", params: withParam(params, name, value) }) as const;
  const choices = [
    ["", withCount(data?.all, "in total")],
    ...EXECUTION_GROUPS.map((group) => [group, withCount(data?.byStatus[group], group)] as const),
  ] as const;
  return (
    <>
      <SearchBox
        label="Filter by node"
        placeholder="Only executions with this node: its id"
        text={params.get("node") ?? ""}
        onChange={(text) => replaceRoute(to("node", text.trim()))}
      />
      <div class="filters" role="group" aria-label="Filter by status">
        {choices.map(([value, text]) => (
          <button type="button" class="chip" aria-pressed={value === status} onClick={() => go(to("status", value))}>
            {text}
          </button>
        ))}
      </div>
      {data?.note !== undefined && <p class="empty">{data.note}</p>}
    </>
  );
}

interface ExecutionTableProps {
  readonly data: ExecutionsPage;
  readonly open: string | undefined;
  readonly route: Route;
}

function ExecutionTable({ data, open, route }: ExecutionTableProps) {
  return (
    <>
      <table class="cards">
        <thead>
          <tr>
            {["Execution", "Status", "Nodes", "Retries", "Started"].map((title) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <Row row={row} isOpen={row.name === open} route={route} />
          ))}
        </tbody>
      </table>
      {data.total === 0 && (
        <p class="empty">{route.params.size > 0 ? "No executions match these filters." : "No executions yet."}</p>
      )}
      <Pager route={route} page={data.page} pageSize={data.pageSize} total={data.total} what="execution" first={1} />
    </>
  );
}

function Row({ row, isOpen, route }: { readonly row: ExecutionRow; readonly isOpen: boolean; readonly route: Route }) {
  const target = { view: "executions", open: row.name, params: route.params } as const;
  return (
    <tr class={isOpen ? "open" : undefined} onClick={(event) => isPlainClick(event) && go(target)}>
      <th scope="row" data-label="Execution">
        <a href={hrefOf(target)} aria-current={isOpen ? "true" : undefined} title={row.name}>
          {row.name}
        </a>
      </th>
      <td data-label="Status">
        <span class={`status ${row.status.toLowerCase()}`}>{row.status}</span>
        {row.parked && <span class="status parked">parked</span>}
      </td>
      <td data-label="Nodes">{row.nodes}</td>
      <td data-label="Retries">{row.retries}</td>
      <td data-label="Started">
        <Time iso={row.startDate} />
      </td>
    </tr>
  );
}

/** Before the first answer there is no number. */
function withCount(count: number | undefined, words: string): string {
  return count === undefined ? words : `${count} ${words}`;
}
