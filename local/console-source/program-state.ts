/** The state of the whole program: messages in each queue, and the work done so far. */
import * as z from "zod";
import type { Execution } from "../services/step-functions/execution.ts";
import type { Run } from "../run/run.ts";
import type { ProgramState, QueueName } from "../../console/api.ts";

/** Reads the state of the program without changing it. */
export async function programState(run: Run): Promise<ProgramState> {
  const { cloud, controls } = run;
  const executions = cloud.executions();
  const count = (...statuses: string[]) => executions.filter(({ status }) => statuses.includes(status)).length;
  const { eventsPut: put, eventsMatched: matched } = cloud.traffic;
  const { functions } = cloud.usage;
  return {
    hubAvailable: controls.hubAvailable,
    hubAnswers: controls.hubAnswers,
    events: { put, matched },
    queues: await queueCounts(run),
    invocations: {
      dispatch: functions["dispatch"]?.invocations ?? 0,
      redrive: functions["redrive"]?.invocations ?? 0,
      sweep: functions["sweep"]?.invocations ?? 0,
    },
    executions: {
      running: count("RUNNING"),
      succeeded: count("SUCCEEDED"),
      failed: count("FAILED", "TIMED_OUT", "ABORTED"),
    },
    states: stateCounts(executions),
    rejected: executions.reduce((total, execution) => total + rejectedBy(execution), 0),
    hubCalls: sum(Object.entries(cloud.apiCalls).filter(([call]) => call.startsWith("securityhub:"))),
    denied: cloud.denied.length,
  };
}

async function queueCounts({ cloud, program: { queues } }: Run): Promise<ProgramState["queues"]> {
  const read = async (name: QueueName) => {
    const { visible, delayed, inFlight } = await cloud.counts(queues[name]);
    return { waiting: visible + delayed, inFlight };
  };
  const [work, outage, quarantine, sweep] = await Promise.all([
    read("work"),
    read("outage"),
    read("quarantine"),
    read("sweep"),
  ]);
  return { work, outage, quarantine, sweep };
}

const publishOutput = z.object({ rejected: z.array(z.unknown()) });

/** Returns how many findings Security Hub refused. Publish sends their nodes to the quarantine queue itself. */
function rejectedBy({ published }: Execution): number {
  return published.reduce<number>(
    (total, output) => total + (publishOutput.safeParse(output).data?.rejected ?? []).length,
    0,
  );
}

function stateCounts(executions: readonly Execution[]): NonNullable<ProgramState["states"]> {
  const counts: Record<string, { entered: number; now: number }> = {};
  for (const { states, status } of executions) {
    for (const state of states) (counts[state] ??= { entered: 0, now: 0 }).entered += 1;
    const current = status === "RUNNING" ? counts[states.at(-1) ?? ""] : undefined;
    if (current !== undefined) current.now += 1;
  }
  return counts;
}

const sum = (entries: readonly (readonly [string, number])[]): number =>
  entries.reduce((total, [, count]) => total + count, 0);
