/** The way of one lone event through an idle program, in parts. */
import { startBenchCloud, type BenchCloud, type Conditions } from "./bench-cloud.ts";
import { EVENT_DELIVERY_MS } from "./durations.ts";

/** The time from an event to its accepted finding. */
export interface IdleLatency {
  readonly batchingWindowSeconds: number | "as configured";
  readonly seconds: number;
  /** Parts in order: name and seconds. Their sum is {@link seconds}. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
}

const FLEET_NODES = 10;

/** Measures with the configured batching window, or with another one. */
export async function idleLatency(conditions: Conditions, batchingWindowSeconds?: number): Promise<IdleLatency> {
  const settings = batchingWindowSeconds === undefined ? {} : { batchingWindowSeconds };
  const run = await startBenchCloud({ ...conditions, nodes: FLEET_NODES, rows: 0, settings });
  try {
    const start = Date.now();
    await run.send(eventsOfOne(run));
    await run.settled();
    return { batchingWindowSeconds: batchingWindowSeconds ?? "as configured", ...partsFrom(run, start) };
  } finally {
    await run.close();
  }
}

function eventsOfOne({ fleet, events }: BenchCloud): object[] {
  const [summary] = fleet.complianceSummaries.filter(({ Status }) => Status === "NON_COMPLIANT");
  return events.filter((event) => JSON.stringify(event).includes(summary?.ResourceId ?? "no node")).slice(0, 1);
}

function partsFrom({ cloud, recorder }: BenchCloud, start: number): Pick<IdleLatency, "seconds" | "parts"> {
  const end = recorder.lastAnswer((operation) => operation === "securityhub:BatchImportFindings");
  const dispatch = recorder.invocations.find(({ entry }) => entry === "dispatch");
  const execution = cloud.executions().at(-1);
  if (end === undefined || dispatch === undefined || execution === undefined) {
    throw new Error("the lone event led to no finding");
  }
  const entered = execution.events.filter(({ type }) => type === "StateEntered");
  const steps = [
    { name: "batching window", at: start },
    { name: "dispatch", at: dispatch.start },
    ...entered.map(({ state = "state", timestamp }) => ({ name: state, at: timestamp })),
  ].filter(({ at }) => at < end);
  const parts = steps.map(({ name, at }, index) => ({ name, seconds: ((steps[index + 1]?.at ?? end) - at) / 1000 }));
  const delivery = { name: "delivery of the event (assumed)", seconds: EVENT_DELIVERY_MS / 1000 };
  return {
    seconds: (end - start + EVENT_DELIVERY_MS) / 1000,
    parts: [delivery, ...parts].filter(({ seconds }) => seconds > 0),
  };
}
