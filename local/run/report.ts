import * as z from "zod";
import type { DeniedCall } from "../gateway/admission.ts";
import type { Cloud } from "./cloud.ts";
import type { Execution } from "../services/step-functions/execution.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import type { Usage } from "./usage.ts";

/** The change that Publish made for one node. */
const change = z.object({ nodeId: z.string(), kind: z.string().optional(), action: z.string(), reason: z.string() });
const publishOutput = z.object({ changes: z.array(change) });
const withReferences = z.object({ references: z.array(z.object({ nodeId: z.string() })) });
const quarantineEntry = z.object({
  nodeId: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** The state that sends nodes to the outage queue. */
export const PARKING = "ParkForRedrive";

/** The report of a finished run. Its format is a contract (docs/local-run.md, "Report format"). */
export interface Report {
  readonly schema: 1;
  readonly findings: readonly object[];
  readonly changes: readonly z.infer<typeof change>[];
  readonly executions: readonly {
    readonly name: string;
    readonly status: string;
    readonly states: readonly string[];
    readonly nodes: number;
  }[];
  readonly queues: { readonly work: number; readonly outage: number; readonly quarantine: number };
  readonly quarantined: readonly { readonly nodeId?: string; readonly reason: string; readonly message?: string }[];
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly usage: Usage;
  readonly denied: readonly DeniedCall[];
  /** Imports that providers must not make, although Security Hub accepts them. Absent if there are none. */
  readonly violations?: readonly string[];
  readonly durationMs: number;
}

/** ARNs of the queues in the captured program. */
export interface QueueArns {
  readonly work: string;
  readonly outage: string;
  readonly quarantine: string;
  readonly sweep: string;
}

export async function makeReport(
  cloud: Cloud,
  queues: QueueArns,
  findings: readonly object[],
  durationMs: number,
  violations: readonly string[] = [],
): Promise<Report> {
  const count = async (arn: string): Promise<number> => {
    const { visible, delayed, inFlight } = await cloud.counts(arn);
    return visible + delayed + inFlight;
  };
  const executions = cloud.executions();
  return {
    schema: 1,
    findings,
    changes: executions.flatMap(changesOf),
    executions: executions.map((execution) => ({
      name: execution.name,
      status: execution.status,
      states: execution.states,
      nodes: nodesOf(execution).length,
    })),
    queues: {
      work: await count(queues.work),
      outage: await count(queues.outage),
      quarantine: await count(queues.quarantine),
    },
    quarantined: (await cloud.peek(queues.quarantine)).map(({ body }) => quarantined(body)),
    apiCalls: cloud.apiCalls,
    usage: cloud.usage,
    denied: cloud.denied,
    ...(violations.length > 0 && { violations }),
    durationMs: Math.round(durationMs),
  };
}

/** Returns the nodes of `expected` without a change (not even "unchanged") or a quarantine entry. */
export function unaccounted({ changes, quarantined: entries }: Report, expected: Iterable<string>): string[] {
  const known = new Set([...changes.map(({ nodeId }) => nodeId), ...entries.map(({ nodeId }) => nodeId)]);
  return [...new Set(expected)].filter((nodeId) => !known.has(nodeId));
}

/** Returns the nodes of `expected` that no execution covers. */
export function withoutExecution(executions: readonly Execution[], expected: Iterable<string>): string[] {
  const named = new Set(executions.flatMap((execution) => nodesOf(execution).map(({ nodeId }) => nodeId)));
  return [...expected].filter((nodeId) => !named.has(nodeId));
}

/** Collects the nodes with a result. It reads an execution again only if that has new results. */
export class FinishedNodes {
  readonly #nodeIds = new Set<string>();
  readonly #resultsRead = new WeakMap<Execution, number>();

  /** Returns the nodes with a result so far. @param executions all executions of the run */
  among(executions: readonly Execution[]): ReadonlySet<string> {
    for (const execution of executions) {
      const results = execution.published.length + execution.logged.length;
      if (results === (this.#resultsRead.get(execution) ?? 0)) continue;
      this.#resultsRead.set(execution, results);
      for (const { nodeId } of changesOf(execution)) this.#nodeIds.add(nodeId);
    }
    return this.#nodeIds;
  }
}

/**
 * Returns the changes by the runs of the state Publish, in order, preceded by those of a run that failed later. The
 * next run reports these findings as unchanged, which says nothing about the execution.
 */
export function changesOf({ published, logged }: Execution): z.infer<typeof change>[] {
  const answered = published.flatMap((output) => publishOutput.safeParse(output).data?.changes ?? []);
  const done = logged.flatMap((line) => change.safeParse(line).data ?? []).filter(isMade);
  const known = new Set(answered.filter(isMade).map(keyOf));
  const lost = done.filter((one) => !known.has(keyOf(one)));
  const hidden = new Set(lost.map(findingOf));
  return [...lost, ...answered.filter((one) => isMade(one) || !hidden.has(findingOf(one)))];
}

const isMade = ({ action }: z.infer<typeof change>): boolean => action !== "unchanged";
const findingOf = ({ nodeId, kind }: z.infer<typeof change>): string => JSON.stringify([nodeId, kind]);
const keyOf = ({ nodeId, kind, action }: z.infer<typeof change>): string => JSON.stringify([nodeId, kind, action]);

/** Returns the nodes in the input. The input of a maintenance window has none, so its published nodes are returned. */
export function nodesOf({ input, published }: Execution): { nodeId: string }[] {
  const named = withReferences.safeParse(JSON.parse(input));
  if (named.success) return named.data.references;
  return published.flatMap((output) => withReferences.safeParse(output).data?.references ?? []);
}

function quarantined(body: string): Report["quarantined"][number] {
  const parsed = quarantineEntry.safeParse(parseIfJson(body));
  if (!parsed.success) return { reason: "another program wrote this message", message: body.slice(0, 2_000) };
  const { nodeId, reason = "unknown", message } = parsed.data;
  return { ...(nodeId !== undefined && { nodeId }), reason, ...(message !== undefined && { message }) };
}
