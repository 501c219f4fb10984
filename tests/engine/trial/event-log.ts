/** The engine's event log (`--event-log`) as typed steps. */
import { stripVTControlCharacters } from "node:util";

/** One operation of the engine on one resource. */
export interface Step {
  /** As in the engine: "create", "same", "update", "replace", "create-replacement", "delete", "delete-replaced", ... */
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Inputs that force the replacement. */
  readonly replaceKeys?: readonly string[];
  /** Inputs that changed, top level only. */
  readonly changedKeys?: readonly string[];
}

/** A resource as the engine knew it last. Unknown values of a preview have the engine's placeholder. */
export interface ResourceState {
  readonly id: string;
  /** URN; "" or absent for the stack. */
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface EventLog {
  /** In the order in which the engine began them. */
  readonly steps: readonly Step[];
  /** The steps that change something, sorted by URN. */
  readonly changes: readonly Step[];
  /** Steps that failed. */
  readonly failed: readonly Step[];
  /** Messages of the program, the provider and the engine, without colours. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** By URN. */
  readonly resources: ReadonlyMap<string, ResourceState>;
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly keys?: readonly string[];
  readonly diffs?: readonly string[];
  readonly new: ResourceState | null;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

const UNCHANGED = new Set(["same", "read", "refresh"]);

/** Reads the text of an event log. An engine that was killed leaves a line half written, which is left out. */
export function readEventLog(text: string): EventLog {
  const events = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as EngineEvent);
  const outputs = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
  const steps = events
    .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
    .map((begun) =>
      toStep(begun.op === "refresh" ? (outputs.findLast(({ urn }) => urn === begun.urn) ?? begun) : begun),
    );
  const touched = events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    const { metadata } = resOutputsEvent ?? resourcePreEvent ?? {};
    return metadata?.new ? [[metadata.urn, metadata.new] as const] : [];
  });
  return {
    steps,
    changes: steps.filter(({ op }) => !UNCHANGED.has(op)).toSorted((a, b) => (a.urn < b.urn ? -1 : 1)),
    failed: events.flatMap(({ resOpFailedEvent }) => resOpFailedEvent?.metadata ?? []).map(toStep),
    errors: messages(events, "error"),
    warnings: messages(events, "warning"),
    resources: new Map(touched),
  };
}

function toStep({ op, type, urn, keys, diffs }: Metadata): Step {
  return {
    op,
    type,
    name: urn.split("::").slice(3).join("::"),
    urn,
    ...(keys?.length ? { replaceKeys: keys.toSorted() } : {}),
    ...(diffs?.length ? { changedKeys: diffs.toSorted() } : {}),
  };
}

/** The engine marks colours as `<{%fg 1%}>`. */
function messages(events: readonly EngineEvent[], severity: string): string[] {
  return events
    .flatMap(({ diagnosticEvent }) => (diagnosticEvent?.severity === severity ? [diagnosticEvent.message] : []))
    .map((message) => stripVTControlCharacters(message.replaceAll(/<\{%.*?%\}>/g, "")).trim());
}
