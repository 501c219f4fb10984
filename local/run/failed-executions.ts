/** The executions that did not succeed, and the nodes that have no result because of them. */
import * as z from "zod";
import type { Execution } from "../services/step-functions/execution.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { changesOf, nodesOf, type Report } from "./report.ts";

export interface FailedExecution {
  readonly name: string;
  readonly status: "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly error?: string;
  readonly cause?: string;
  /** Its nodes without a result from it, from an execution that ended after its start, or in the quarantine queue. */
  readonly left: readonly string[];
}

type Known = Pick<Fleet, "commandInvocations" | "windowTaskInvocations">;

/**
 * Returns the executions that did not succeed.
 * @param fleet names the nodes of a maintenance window whose execution failed before it resolved them
 */
export function failedExecutions(
  executions: readonly Execution[],
  quarantined: Report["quarantined"],
  fleet: Known,
): FailedExecution[] {
  const inQuarantine = quarantined.map(({ nodeId }) => nodeId);
  return executions.flatMap((execution) => {
    const { name, status, startDate, error, cause } = execution;
    if (status === "RUNNING" || status === "SUCCEEDED") return [];
    const after = executions.filter(({ stopDate }) => stopDate !== undefined && stopDate >= startDate);
    const settled = new Set([...inQuarantine, ...after.flatMap(changesOf).map(({ nodeId }) => nodeId)]);
    const nodeIds = new Set([...nodesOf(execution).map(({ nodeId }) => nodeId), ...windowNodes(execution, fleet)]);
    const left = [...nodeIds].filter((nodeId) => !settled.has(nodeId));
    return [{ name, status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }), left }];
  });
}

const windowInput = z.object({ windowExecutionId: z.string() });
const PATCH_DOCUMENT = /^(?:.*\/)?AWS-RunPatchBaseline(?:Association|WithHooks)?$/;

function windowNodes({ input }: Execution, { commandInvocations = [], windowTaskInvocations = [] }: Known): string[] {
  const window = windowInput.safeParse(parseIfJson(input)).data?.windowExecutionId;
  if (window === undefined) return [];
  const commands = new Set(
    windowTaskInvocations.flatMap(({ WindowExecutionId, ExecutionId }) =>
      WindowExecutionId === window && ExecutionId !== undefined ? [ExecutionId] : [],
    ),
  );
  return commandInvocations.flatMap(({ CommandId, DocumentName = "", InstanceId }) =>
    commands.has(CommandId) && PATCH_DOCUMENT.test(DocumentName) ? [InstanceId] : [],
  );
}
