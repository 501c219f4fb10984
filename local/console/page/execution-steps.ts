/** An execution's history told state by state. */
import type { HistoryEvent } from "../api.ts";

interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** One stay in a state. */
export interface Step {
  readonly state: string;
  /** Index of the item, inside of a Map. */
  readonly item?: number;
  readonly outcome: "running" | "succeeded" | "failed" | "caught";
  readonly tookMs?: number;
  /** What went wrong before each retry. */
  readonly retries: readonly Failure[];
  /** The error that a Catch took. */
  readonly caught?: string;
  /** JSON text, where it is kept. */
  readonly input?: string;
  readonly output?: string;
}

/** A step while its events are read. */
interface Stay {
  readonly step: { -readonly [Key in keyof Step]: Step[Key] } & { retries: Failure[] };
  readonly enteredAt: number;
  failure?: Failure;
}

/** In the order in which the states were entered. */
export function stepsOf(events: readonly HistoryEvent[]): Step[] {
  const stays: Stay[] = [];
  const open = new Map<string, Stay>();
  for (const event of events) {
    if (event.state === undefined) continue;
    const key = `${event.state} ${event.index ?? ""}`;
    const known = open.get(key);
    if (known !== undefined) follow(known, event);
    if (event.type === "StateEntered" && known === undefined) {
      const stay = enter(event.state, event);
      stays.push(stay);
      open.set(key, stay);
    }
    if (event.type === "StateExited") open.delete(key);
  }
  for (const { step, failure } of stays) if (step.outcome === "failed" && failure) step.retries.push(failure);
  return stays.map(({ step }) => step);
}

function enter(state: string, { index, timestamp, payload }: HistoryEvent): Stay {
  const item = index === undefined ? {} : { item: index };
  const input = payload === undefined ? {} : { input: payload };
  return { step: { state, ...item, outcome: "running", retries: [], ...input }, enteredAt: timestamp };
}

function follow(stay: Stay, { type, timestamp, error = "", cause = "", payload }: HistoryEvent): void {
  const { step, failure, enteredAt } = stay;
  if (type === "StateFailed") {
    stay.failure = { error, cause: messageOf(cause) };
    step.outcome = "failed";
  } else if (type === "StateRetried") {
    if (failure !== undefined) step.retries.push(failure);
    step.outcome = "running";
  } else if (type === "StateCaught") {
    step.caught = `${failure?.error ?? ""}: ${failure?.cause ?? ""}`;
    step.outcome = "caught";
  } else if (type === "StateExited") {
    if (step.outcome !== "caught") step.outcome = "succeeded";
    step.tookMs = timestamp - enteredAt;
    if (payload !== undefined) step.output = payload;
  }
}

/** Of a function's error the message alone: the trace stands in its log. */
function messageOf(cause: string): string {
  try {
    const message: unknown = Reflect.get(Object(JSON.parse(cause)) as object, "errorMessage");
    return typeof message === "string" ? message : cause;
  } catch {
    return cause;
  }
}

/** The transitions that were taken, as `from to`. */
export function transitionsOf(steps: readonly Step[]): Set<string> {
  const top = steps.filter(({ item }) => item === undefined);
  return new Set(top.slice(1).map(({ state }, index) => `${top[index]?.state ?? ""} ${state}`));
}
