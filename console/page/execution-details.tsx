import { useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { ExecutionAnswer, PayloadAnswer } from "../api.ts";
import { stepsOf, type Step } from "./execution-steps.ts";
import { nodeHref } from "./finding-links.ts";
import { useFetched } from "./http.ts";
import { duration } from "./times.ts";

/** Steps that are shown at a time. */
const MOST_LISTED = 50;

/** Shows one execution: its nodes, and its steps in their order. */
export function ExecutionDetails({ execution }: { readonly execution: ExecutionAnswer }) {
  const {
    name,
    status,
    nodeIds,
    nodes = nodeIds.length,
    error,
    cause,
    startDate,
    stopDate,
    parked,
    events,
  } = execution;
  const took = stopDate === undefined ? "" : `, ${duration(Date.parse(stopDate) - Date.parse(startDate))}`;
  return (
    <>
      <h2>{name}</h2>
      <p>
        {status}
        {parked === true && ", parked"}
        {took}, {counted(nodes, "node")}
      </p>
      {error !== undefined && (
        <p role="alert">
          {error}: {cause}
        </p>
      )}
      <NodeLinks nodeIds={nodeIds} nodes={nodes} />
      <Steps steps={stepsOf(events)} execution={name} />
    </>
  );
}

/** Links to the findings of the nodes. */
function NodeLinks({ nodeIds, nodes }: { readonly nodeIds: readonly string[]; readonly nodes: number }) {
  const more = nodes - nodeIds.length;
  if (nodeIds.length === 0) return null;
  return (
    <details>
      <summary>Findings of these nodes</summary>
      <ul class="node-links">
        {nodeIds.map((nodeId) => (
          <li>
            <a href={nodeHref({ nodeId })}>{nodeId}</a>
          </li>
        ))}
      </ul>
      {more > 0 && <p>and {counted(more, "more node")}</p>}
    </details>
  );
}

function Steps({ steps, execution }: { readonly steps: readonly Step[]; readonly execution: string }) {
  const [wanted, setWanted] = useState(0);
  const last = Math.max(0, Math.ceil(steps.length / MOST_LISTED) - 1);
  const page = Math.min(wanted, last);
  const start = page * MOST_LISTED;
  return (
    <>
      <ol class="steps" start={start + 1}>
        {steps.slice(start, start + MOST_LISTED).map((step, index) => (
          <StepDetails key={start + index} step={step} execution={execution} />
        ))}
      </ol>
      {last > 0 && (
        <p class="pager">
          <button type="button" disabled={page === 0} onClick={() => setWanted(page - 1)}>
            Previous steps
          </button>
          <span>
            {start + 1}–{Math.min(steps.length, start + MOST_LISTED)} of {counted(steps.length, "step")}
          </span>
          <button type="button" disabled={page === last} onClick={() => setWanted(page + 1)}>
            Next steps
          </button>
        </p>
      )}
    </>
  );
}

interface StepProps {
  readonly step: Step;
  /** The name of its execution. */
  readonly execution: string;
}

/** Shows a step. Its input and output are long, so they are read when a person opens it. */
function StepDetails({ step, execution }: StepProps) {
  const [isOpen, setOpen] = useState(false);
  const { state, item, outcome, tookMs, retries } = step;
  return (
    <li class={`step ${outcome}`}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <b>{state}</b>
          {item !== undefined && ` #${item + 1}`} <span>{outcome}</span>
          {tookMs !== undefined && ` in ${duration(tookMs)}`}
          {retries.length > 0 && ` after ${counted(retries.length, "retry", "retries")}`}
        </summary>
        {isOpen && <StepData step={step} execution={execution} />}
      </details>
    </li>
  );
}

function StepData({ step: { retries, caught, input, output }, execution }: StepProps) {
  return (
    <>
      {retries.map(({ error, cause }) => (
        <p>
          Retried after {error}: {cause}
        </p>
      ))}
      {caught !== undefined && <p>Caught: {caught}</p>}
      <Payload title="Input" event={input} execution={execution} />
      <Payload title="Output" event={output} execution={execution} />
    </>
  );
}

interface PayloadProps extends Pick<StepProps, "execution"> {
  readonly title: string;
  /** The position of the event that has it. */
  readonly event: number | undefined;
}

function Payload({ title, event, execution }: PayloadProps) {
  const path = event === undefined ? undefined : `/api/executions/${encodeURIComponent(execution)}/payloads/${event}`;
  const { data, error } = useFetched<PayloadAnswer>(path);
  if (event === undefined) return <p>{title}: kept only for the newest executions.</p>;
  if (error !== undefined) return <p role="alert">{error}</p>;
  if (data === undefined) return <p class="loading">Loading …</p>;
  return (
    <>
      <h3>{title}</h3>
      <pre tabIndex={0} aria-label={title}>
        {indented(data.payload)}
      </pre>
    </>
  );
}

function indented(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
