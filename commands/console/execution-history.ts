/** Translates the history of an execution from Step Functions to the console's. */
import type { HistoryEvent as AwsEvent } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "../../console/api.ts";

/** Where in the state machine an event belongs. */
interface Place {
  readonly state?: string;
  /** Index of the Map iteration. */
  readonly index?: number;
  /** Whether the state's last attempt failed. */
  readonly failed?: boolean;
}

const FAILED = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$/;
const SCHEDULED = /^(Task|LambdaFunction|Activity)Scheduled$/;

/**
 * Returns the events that the console shows. An event names its state only when it enters or leaves it, so the others take
 * it from the event before them.
 */
export function historyEvents(events: readonly AwsEvent[]): HistoryEvent[] {
  const places = new Map<number, Place>();
  const entered = new Map<string, Place>();
  return events.flatMap((event) => {
    const before = places.get(event.previousEventId ?? 0) ?? {};
    const { place, shown } = translated(event, before, entered);
    places.set(event.id ?? 0, place);
    return shown;
  });
}

function translated(event: AwsEvent, before: Place, entered: Map<string, Place>) {
  const { type = "", stateEnteredEventDetails: enter, stateExitedEventDetails: exit } = event;
  const timestamp = event.timestamp?.getTime() ?? 0;
  const show = (name: string, place: Place, parts: Partial<HistoryEvent> = {}): HistoryEvent => ({
    type: name,
    timestamp,
    ...(place.state !== undefined && { state: place.state }),
    ...(place.index !== undefined && { index: place.index }),
    ...parts,
  });
  if (enter?.name !== undefined) {
    const place = { state: enter.name, ...indexOf(before) };
    entered.set(enter.name, place);
    return { place, shown: [show("StateEntered", place, payload(enter.input))] };
  }
  if (exit?.name !== undefined) {
    // The event before the end of a Map belongs to its last iteration.
    const isMap = type === "MapStateExited";
    const place = { state: exit.name, ...indexOf(isMap ? (entered.get(exit.name) ?? {}) : before) };
    const caught = before.failed === true ? [show("StateCaught", place)] : [];
    return { place, shown: [...caught, show("StateExited", place, payload(exit.output))] };
  }
  if (event.mapIterationStartedEventDetails !== undefined) {
    const { index = 0 } = event.mapIterationStartedEventDetails;
    return { place: { ...before, index }, shown: [] };
  }
  if (FAILED.test(type))
    return { place: { ...before, failed: true }, shown: [show("StateFailed", before, failure(event))] };
  if (SCHEDULED.test(type) && before.failed === true) {
    return { place: { ...before, failed: false }, shown: [show("StateRetried", before)] };
  }
  return { place: before, shown: [] };
}

const indexOf = ({ index }: Place) => (index === undefined ? {} : { index });
const payload = (text: string | undefined) => (text === undefined ? {} : { payload: text });

function failure(event: AwsEvent): { error: string; cause: string } {
  const details =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails;
  return { error: details?.error ?? event.type ?? "", cause: details?.cause ?? "" };
}
