/** Groups the history of an execution by state. */
import type { ListedEvent } from "../api.ts";

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
  /** The position of the event that has it, if it is kept. */
  readonly input?: number;
  readonly output?: number;
}

/** A step whose events are being read. */
interface OpenStep {
  readonly step: { -readonly [Key in keyof Step]: Step[Key] } & { retries: Failure[] };
  readonly enteredAt: number;
  failure?: Failure;
}

/** Returns the steps in the order in which the states were entered. */
export function stepsOf(events: readonly ListedEvent[]): Step[] {
  const openSteps: OpenStep[] = [];
  const open = new Map<string, OpenStep>();
  for (const [position, event] of events.entries()) {
    if (event.state === undefined) continue;
    const key = `${event.state} ${event.index ?? ""}`;
    const known = open.get(key);
    if (known !== undefined) follow(known, event, position);
    if (event.type === "StateEntered" && known === undefined) {
      const openStep = enter(event.state, event, position);
      openSteps.push(openStep);
      open.set(key, openStep);
    }
    if (event.type === "StateExited") open.delete(key);
  }
  for (const { step, failure } of openSteps) if (step.outcome === "failed" && failure) step.retries.push(failure);
  return openSteps.map(({ step }) => step);
}

function enter(state: string, { index, timestamp, hasPayload }: ListedEvent, position: number): OpenStep {
  const item = index === undefined ? {} : { item: index };
  const input = hasPayload === true ? { input: position } : {};
  return { step: { state, ...item, outcome: "running", retries: [], ...input }, enteredAt: timestamp };
}

function follow(openStep: OpenStep, event: ListedEvent, position: number): void {
  const { type, timestamp, error = "", cause = "", hasPayload } = event;
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
    if (hasPayload === true) step.output = position;
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
