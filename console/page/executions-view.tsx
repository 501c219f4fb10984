import { counted } from "../../contract/counted.ts";
import type { ExecutionDetails, ExecutionRow, Page, StateMachineLayout } from "../api.ts";
import type { ViewProps } from "./view-props.ts";
import { stepsOf, type Step } from "./execution-steps.ts";
import { useFetched } from "./http.ts";
import { MachinePicture } from "./machine-picture.tsx";
import { Pager } from "./pager.tsx";
import { go, hrefOf, isPlainClick, type Route } from "./route.ts";
import { Time } from "./time.tsx";
import { duration } from "./times.ts";

export function ExecutionsView({ live: { state }, route }: ViewProps) {
  const version = state?.executions;
  const query = route.params.toString();
  const { data, error } = useFetched<Page<ExecutionRow>>(`/api/executions?${query}`, version);
  const { data: layout } = useFetched<StateMachineLayout>("/api/state-machine");
  const name = route.open ?? data?.rows[0]?.name;
  const opened = useFetched<ExecutionDetails>(name && `/api/executions/${encodeURIComponent(name)}`, version);
  const execution = opened.data?.name === name ? opened.data : undefined;
  return (
    <>
      <section class="list" aria-label="List of executions">
        {error !== undefined && <p role="alert">{error}</p>}
        {data !== undefined && <ExecutionTable data={data} open={name} route={route} />}
      </section>
      <section class="execution" aria-label="Execution">
        {layout !== undefined && <MachinePicture layout={layout} steps={execution ? stepsOf(execution.events) : []} />}
        <div>
          {opened.error !== undefined && <p role="alert">{opened.error}</p>}
          {execution !== undefined && <Execution execution={execution} />}
        </div>
      </section>
    </>
  );
}

interface ExecutionTableProps {
  readonly data: Page<ExecutionRow>;
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
      {data.total === 0 && <p class="empty">No executions yet.</p>}
      <Pager route={route} page={data.page} pageSize={data.pageSize} total={data.total} what="execution" />
    </>
  );
}

function Row({ row, isOpen, route }: { readonly row: ExecutionRow; readonly isOpen: boolean; readonly route: Route }) {
  const target = { view: "executions", open: row.name, params: route.params } as const;
  return (
    <tr class={isOpen ? "open" : undefined} onClick={(event) => isPlainClick(event) && go(target)}>
      <th scope="row" data-label="Execution">
        <a href={hrefOf(target)} aria-current={isOpen ? "true" : undefined} title={row.name}>
          {row.name.slice(-12)}
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

function Execution({ execution }: { readonly execution: ExecutionDetails }) {
  const { name, status, nodeIds, error, cause, startDate, stopDate, events } = execution;
  const took = stopDate === undefined ? "" : `, ${duration(Date.parse(stopDate) - Date.parse(startDate))}`;
  return (
    <>
      <h2>{name}</h2>
      <p>
        {status}
        {took}, {counted(nodeIds.length, "node")}: {nodeIds.slice(0, 5).join(", ")}
        {nodeIds.length > 5 && ` and ${nodeIds.length - 5} more`}
      </p>
      {error !== undefined && (
        <p role="alert">
          {error}: {cause}
        </p>
      )}
      <ol class="steps">
        {stepsOf(events).map((step) => (
          <StepDetails step={step} />
        ))}
      </ol>
    </>
  );
}

function StepDetails({ step }: { readonly step: Step }) {
  const { state, item, outcome, tookMs, retries, caught, input, output } = step;
  return (
    <li class={`step ${outcome}`}>
      <details>
        <summary>
          <b>{state}</b>
          {item !== undefined && ` #${item + 1}`} <span>{outcome}</span>
          {tookMs !== undefined && ` in ${duration(tookMs)}`}
          {retries.length > 0 && ` after ${counted(retries.length, "retry", "retries")}`}
        </summary>
        {retries.map(({ error, cause }) => (
          <p>
            Retried after {error}: {cause}
          </p>
        ))}
        {caught !== undefined && <p>Caught: {caught}</p>}
        <Payload title="Input" text={input} />
        <Payload title="Output" text={output} />
      </details>
    </li>
  );
}

function Payload({ title, text }: { readonly title: string; readonly text: string | undefined }) {
  if (text === undefined) return <p>{title}: kept only for the newest executions.</p>;
  return (
    <>
      <h3>{title}</h3>
      <pre tabIndex={0} aria-label={title}>
        {indented(text)}
      </pre>
    </>
  );
}

function indented(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
