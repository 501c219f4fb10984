/** Groups the history of an execution by state. */
import type { HistoryEvent } from "../api.ts";

interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** One visit of a state. */
export interface Step {
  readonly state: string;
  /** Index of the item, inside a Map. */
  readonly item?: number;
  readonly outcome: "running" | "succeeded" | "failed" | "caught";
  readonly tookMs?: number;
  /** The failures before each retry. */
  readonly retries: readonly Failure[];
  /** The error that a Catch matched. */
  readonly caught?: string;
  /** JSON text, if it is kept. */
  readonly input?: string;
  readonly output?: string;
}

/** A step whose events are being read. */
interface OpenStep {
  readonly step: { -readonly [Key in keyof Step]: Step[Key] } & { retries: Failure[] };
  readonly enteredAt: number;
  failure?: Failure;
}

/** Returns the steps in the order in which the states were entered. */
export function stepsOf(events: readonly HistoryEvent[]): Step[] {
  const openSteps: OpenStep[] = [];
  const open = new Map<string, OpenStep>();
  for (const event of events) {
    if (event.state === undefined) continue;
    const key = `${event.state} ${event.index ?? ""}`;
    const known = open.get(key);
    if (known !== undefined) follow(known, event);
    if (event.type === "StateEntered" && known === undefined) {
      const openStep = enter(event.state, event);
      openSteps.push(openStep);
      open.set(key, openStep);
    }
    if (event.type === "StateExited") open.delete(key);
  }
  for (const { step, failure } of openSteps) if (step.outcome === "failed" && failure) step.retries.push(failure);
  return openSteps.map(({ step }) => step);
}

function enter(state: string, { index, timestamp, payload }: HistoryEvent): OpenStep {
  const item = index === undefined ? {} : { item: index };
  const input = payload === undefined ? {} : { input: payload };
  return { step: { state, ...item, outcome: "running", retries: [], ...input }, enteredAt: timestamp };
}

function follow(openStep: OpenStep, { type, timestamp, error = "", cause = "", payload }: HistoryEvent): void {
  const { step, failure, enteredAt } = openStep;
  if (type === "StateFailed") {
    openStep.failure = { error, cause: messageOf(cause) };
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

/** Returns the message of a function's error without the stack trace, which is in the function's log. */
function messageOf(cause: string): string {
  try {
    const message: unknown = Reflect.get(Object(JSON.parse(cause)) as object, "errorMessage");
    return typeof message === "string" ? message : cause;
  } catch {
    return cause;
  }
}

/** Returns the transitions that were taken, as `from to`. */
export function transitionsOf(steps: readonly Step[]): Set<string> {
  const top = steps.filter(({ item }) => item === undefined);
  return new Set(top.slice(1).map(({ state }, index) => `${top[index]?.state ?? ""} ${state}`));
}
