import { useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { FindingsPage, ProgramState } from "../api.ts";
import type { ViewProps } from "./view-props.ts";
import { FlowPicture } from "./flow-picture.tsx";
import { read, send } from "./http.ts";
import { SeverityCounts } from "./severity.tsx";
import { useCommand } from "./use-command.ts";

export function FlowView({ live: { state } }: ViewProps) {
  if (state?.program === undefined) return <p class="loading">Waiting for the run to start.</p>;
  const { hubCalls, denied = 0 } = state.program;
  return (
    <>
      {state.about.can.simulate && <Controls flow={state.program} />}
      {state.program.problem !== undefined && <p role="alert">{state.program.problem}</p>}
      <FlowPicture flow={{ ...state.program, findings: state.findings }} />
      <section class="totals" aria-label="Totals">
        <SeverityCounts counts={state.findings.open} />
        <p>
          {counted(state.findings.closed, "archived finding")}.{" "}
          {hubCalls !== undefined && `${counted(hubCalls, "call")} to Security Hub.`}
          {denied > 0 && ` ${counted(denied, "call")} denied by IAM policies.`}
        </p>
      </section>
    </>
  );
}

/** The nodes of a patch run. */
const CHOICES = { some: "the 5 worst nodes", many: "the 50 worst nodes", all: "all nodes" } as const;
type Choice = keyof typeof CHOICES;

function Controls({ flow }: { readonly flow: ProgramState }) {
  const { said, run } = useCommand();
  const press = (path: string) => (): void => run(() => send(path, {}));
  const toggle = (): void => run(() => send("/api/hub", { available: !flow.hubAvailable }));
  return (
    <form class="controls" aria-label="Controls" onSubmit={(event) => event.preventDefault()}>
      <button type="button" class="switch" role="switch" aria-checked={!flow.hubAvailable} onClick={toggle}>
        <span class="knob" /> Security Hub unavailable
      </button>
      <PatchWorst run={run} />
      <button type="button" onClick={press("/api/scan")}>
        Scan now
      </button>
      <button type="button" onClick={press("/api/redrive")}>
        Redrive now
      </button>
      <button type="button" onClick={press("/api/sweep")}>
        Sweep now
      </button>
      <output aria-live="polite">{said}</output>
    </form>
  );
}

function PatchWorst({ run }: { readonly run: (work: () => Promise<string>) => void }) {
  const [choice, setChoice] = useState<Choice>("some");
  return (
    <span class="group">
      <button type="button" onClick={() => run(() => patchWorst(choice))}>
        Patch these nodes
      </button>
      <label>
        <span class="hidden">Nodes to patch</span>
        <select value={choice} onChange={(event) => setChoice(event.currentTarget.value as Choice)}>
          {Object.entries(CHOICES).map(([value, text]) => (
            <option value={value}>{text}</option>
          ))}
        </select>
      </label>
    </span>
  );
}

/** Patches the worst nodes by the current findings. */
async function patchWorst(choice: Choice): Promise<string> {
  if (choice === "all") return send("/api/patch", {});
  const active = JSON.stringify([{ field: "record", operator: "is", value: "ACTIVE" }]);
  const { rows } = await read<FindingsPage>(`/api/findings?${new URLSearchParams({ filters: active }).toString()}`);
  const worst = [...new Set(rows.map(({ view }) => view.nodeId))].slice(0, choice === "some" ? 5 : 50);
  return worst.length === 0
    ? "No node has an open finding, so nothing was patched."
    : send("/api/patch", { nodes: worst });
}
