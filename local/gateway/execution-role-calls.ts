/** The calls that Lambda and Step Functions themselves make with an execution role: logs and traces. */
import type { ApiCall } from "./admission.ts";
import type { FunctionSettings } from "../services/lambda/function-settings.ts";

type ExecutionRoleCall = Pick<ApiCall, "service" | "operation" | "input">;

const LOG_CALLS = ["CreateLogStream", "PutLogEvents"];
const TRACE_CALLS = ["PutTraceSegments", "PutTelemetryRecords"];
const SAMPLING_CALLS = ["GetSamplingRules", "GetSamplingTargets"];

/** Returns the calls that Lambda makes for a function. */
export function functionCalls({ logGroup, traced }: FunctionSettings): ExecutionRoleCall[] {
  const stream = { logGroupName: logGroup, logStreamName: "local" };
  const operations = logGroup === undefined ? [] : LOG_CALLS;
  const logs = operations.map((operation) => ({ service: "logs", operation, input: stream }));
  return [...logs, ...(traced ? traceCalls(TRACE_CALLS) : [])];
}

/** Returns the calls that Step Functions makes for a state machine. */
export function machineCalls({ traced }: { readonly traced: boolean }): ExecutionRoleCall[] {
  return traced ? traceCalls([...TRACE_CALLS, ...SAMPLING_CALLS]) : [];
}

function traceCalls(operations: readonly string[]): ExecutionRoleCall[] {
  return operations.map((operation) => ({ service: "xray", operation, input: {} }));
}
