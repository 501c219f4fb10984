import { useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { ExecutionDetails as Details } from "../api.ts";
import { stepsOf, type Step } from "./execution-steps.ts";
import { nodeHref } from "./finding-links.ts";
import { duration } from "./times.ts";

/** Nodes with a link, and steps that are shown at a time. */
const MOST_LISTED = 50;

/** Shows one execution: its nodes, and its steps in their order. */
export function ExecutionDetails({ execution }: { readonly execution: Details }) {
  const { name, status, nodeIds, error, cause, startDate, stopDate, parked, events } = execution;
  const took = stopDate === undefined ? "" : `, ${duration(Date.parse(stopDate) - Date.parse(startDate))}`;
  return (
    <>
      <h2>{name}</h2>
      <p>
        {status}
        {parked === true && ", parked"}
        {took}, {counted(nodeIds.length, "node")}
      </p>
      {error !== undefined && (
        <p role="alert">
          {error}: {cause}
        </p>
      )}
      <NodeLinks nodeIds={nodeIds} />
      <Steps steps={stepsOf(events)} />
    </>
  );
}

/** Links to the findings of the nodes. */
function NodeLinks({ nodeIds }: { readonly nodeIds: readonly string[] }) {
  const more = nodeIds.length - MOST_LISTED;
  if (nodeIds.length === 0) return null;
  return (
    <details>
      <summary>Findings of these nodes</summary>
      <ul class="node-links">
        {nodeIds.slice(0, MOST_LISTED).map((nodeId) => (
          <li>
            <a href={nodeHref({ nodeId })}>{nodeId}</a>
          </li>
        ))}
      </ul>
      {more > 0 && <p>and {counted(more, "more node")}</p>}
    </details>
  );
}

function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const [wanted, setWanted] = useState(0);
  const last = Math.max(0, Math.ceil(steps.length / MOST_LISTED) - 1);
  const page = Math.min(wanted, last);
  const start = page * MOST_LISTED;
  return (
    <>
      <ol class="steps" start={start + 1}>
        {steps.slice(start, start + MOST_LISTED).map((step, index) => (
          <StepDetails key={start + index} step={step} />
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

/** Shows a step. Its input and output are long, so they are drawn when a person opens it. */
function StepDetails({ step }: { readonly step: Step }) {
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
        {isOpen && <StepData step={step} />}
      </details>
    </li>
  );
}

function StepData({ step: { retries, caught, input, output } }: { readonly step: Step }) {
  return (
    <>
      {retries.map(({ error, cause }) => (
        <p>
          Retried after {error}: {cause}
        </p>
      ))}
      {caught !== undefined && <p>Caught: {caught}</p>}
      <Payload title="Input" text={input} />
      <Payload title="Output" text={output} />
    </>
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
