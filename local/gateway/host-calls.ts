/** What Lambda and Step Functions do in the name of a role beside running code: logs and traces. */
import type { ApiCall } from "./admission.ts";
import type { FunctionSettings } from "../services/lambda/function-settings.ts";

type HostCall = Pick<ApiCall, "service" | "operation" | "input">;

const LOG_CALLS = ["CreateLogStream", "PutLogEvents"];
const TRACE_CALLS = ["PutTraceSegments", "PutTelemetryRecords"];
const SAMPLING_CALLS = ["GetSamplingRules", "GetSamplingTargets"];

export function functionCalls({ logGroup, traced }: FunctionSettings): HostCall[] {
  const stream = { logGroupName: logGroup, logStreamName: "local" };
  const operations = logGroup === undefined ? [] : LOG_CALLS;
  const logs = operations.map((operation) => ({ service: "logs", operation, input: stream }));
  return [...logs, ...(traced ? traceCalls(TRACE_CALLS) : [])];
}

export function machineCalls({ traced }: { readonly traced: boolean }): HostCall[] {
  return traced ? traceCalls([...TRACE_CALLS, ...SAMPLING_CALLS]) : [];
}

function traceCalls(operations: readonly string[]): HostCall[] {
  return operations.map((operation) => ({ service: "xray", operation, input: {} }));
}
