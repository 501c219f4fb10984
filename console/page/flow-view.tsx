import { useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import { alarmsUrl } from "../../presentation/findings/console-links.ts";
import type { FindingsPage, LiveState } from "../api.ts";
import { BusyButton } from "./busy-button.tsx";
import type { ViewProps } from "./view-props.ts";
import { ExternalLink } from "./finding-part.tsx";
import { FlowPicture } from "./flow-picture.tsx";
import { read, send } from "./http.ts";
import { NodeProgressBar } from "./node-progress.tsx";
import { SeverityCounts } from "./severity.tsx";
import { Time } from "./time.tsx";
import { useCommand } from "./use-command.ts";

export function FlowView({ live: { state } }: ViewProps) {
  if (state?.program === undefined) return <p class="loading">Loading</p>;
  const { about, program, findings, progress } = state;
  const { denied = 0, problem, readAt } = program;
  const alarms = about.kind === "account" ? alarmsUrl(about.region) : undefined;
  return (
    <>
      <div class="panels">
        {about.can.simulate && <SimulationControls available={program.hubAvailable} progress={progress} />}
        {about.can.operate && <OperationControls />}
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {(readAt !== undefined || alarms !== undefined) && (
        <p class="where">
          {readAt !== undefined && (
            <>
              Queues and executions were read <Time iso={readAt} />.{" "}
            </>
          )}
          {alarms !== undefined && <ExternalLink href={alarms}>Alarms in CloudWatch</ExternalLink>}
        </p>
      )}
      <FlowPicture flow={{ ...program, findings }} />
      <section class="totals" aria-label="Totals">
        <SeverityCounts counts={findings.open} />
        <p>
          {counted(findings.closed, "archived finding")}.
          {program.hubCalls !== undefined && ` ${counted(program.hubCalls, "call")} to Security Hub.`}
          {denied > 0 && ` ${counted(denied, "call")} denied by IAM policies.`}
        </p>
      </section>
    </>
  );
}

/** The nodes of a patch run. */
const CHOICES = { some: "the 5 worst nodes", many: "the 50 worst nodes", all: "all nodes" } as const;
type Choice = keyof typeof CHOICES;

interface SimulationControlsProps {
  /** Whether the simulated Security Hub answers. */
  readonly available: boolean | undefined;
  readonly progress: LiveState["progress"];
}

/** What happens to the simulated nodes and services. */
function SimulationControls({ available, progress }: SimulationControlsProps) {
  const { said, busy, run } = useCommand();
  const [choice, setChoice] = useState<Choice>("some");
  const toggle = (): void => run(() => send("/api/hub", { available: !available }));
  return (
    <form class="panel" aria-labelledby="simulation" onSubmit={(event) => event.preventDefault()}>
      <h2 id="simulation">Simulation</h2>
      <div class="controls">
        <button type="button" class="switch" role="switch" aria-checked={available === false} onClick={toggle}>
          <span class="knob" /> Simulate an outage
        </button>
        <span class="group">
          <BusyButton busy={busy} onClick={() => run(() => patchWorst(choice))}>
            Patch these nodes
          </BusyButton>
          <label>
            <span class="hidden">Nodes to patch</span>
            <select value={choice} onChange={(event) => setChoice(event.currentTarget.value as Choice)}>
              {Object.entries(CHOICES).map(([value, text]) => (
                <option value={value}>{text}</option>
              ))}
            </select>
          </label>
        </span>
        <BusyButton busy={busy} onClick={() => run(() => send("/api/scan", {}))}>
          Scan all nodes
        </BusyButton>
      </div>
      <NodeProgressBar progress={progress} />
      <output aria-live="polite">{said}</output>
    </form>
  );
}

/** What an operator can do with the program. */
function OperationControls() {
  const { said, busy, run } = useCommand();
  const press = (path: string) => (): void => run(() => send(path, {}));
  return (
    <form class="panel" aria-labelledby="operation" onSubmit={(event) => event.preventDefault()}>
      <h2 id="operation">Operation</h2>
      <div class="controls">
        <BusyButton busy={busy} onClick={press("/api/redrive")}>
          Redrive now
        </BusyButton>
        <BusyButton busy={busy} onClick={press("/api/sweep")}>
          Sweep now
        </BusyButton>
      </div>
      <output aria-live="polite">{said}</output>
    </form>
  );
}

/** Patches the worst nodes by the current findings. */
async function patchWorst(choice: Choice): Promise<string> {
  if (choice === "all") return send("/api/patch", {});
  const { rows } = await read<FindingsPage>("/api/findings");
  const worst = [...new Set(rows.map(({ nodeId }) => nodeId))].slice(0, choice === "some" ? 5 : 50);
  return worst.length === 0
    ? "No node has an open finding, so nothing was patched."
    : send("/api/patch", { nodes: worst });
}
