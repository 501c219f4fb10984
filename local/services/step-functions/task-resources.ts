/**
 * The service integrations of the Task states that this program uses. Each runs with the permissions of the machine's
 * role.
 */
import type { Admission, ApiCall } from "../../gateway/admission.ts";
import { pause } from "../../gateway/pacing.ts";
import { listOf, objectOf, statesOf, type State } from "./asl-features.ts";
import { describedInstances } from "./ec2-task.ts";
import type { Functions } from "../lambda/lambda.ts";
import { selectResult } from "./result-selector.ts";
import { ServiceError, type Caller, type StandIn } from "../../gateway/stand-in.ts";
import type { Queues } from "../sqs/sqs.ts";

/** Largest input or result of a state, in UTF-8 bytes (Step Functions quotas). */
export const MAX_STATE_BYTES = 256 * 1024;

/** A Task's failure as the state machine receives it: `name` is Error, `message` is Cause. */
export class TaskError extends Error {
  override readonly name: string;
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  /** @param reach whether Retry and Catch may match it; States.ALL does not match all errors */
  constructor(error: string, cause: string, reach: { retry: boolean; catch: boolean } = { retry: true, catch: true }) {
    super(cause);
    this.name = error;
    this.isRetryable = reach.retry;
    this.isCatchable = reach.catch;
  }
}

/** The dependencies of a Task. */
export interface TaskServices {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly admission: Admission;
  /** Returns the stand-in of a service in a Region, or undefined if the run has none. */
  readonly standIn: (service: string, region: string) => StandIn | undefined;
  /** The state machine's role. */
  readonly caller: Caller;
  /** Receives errors of the local cloud itself, which no Catch may hide. */
  readonly onDefect: (error: unknown) => void;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** Task handlers by state name, which is unique in a machine. */
export type TaskHandlers = Record<string, (input: Json) => Promise<Json>>;
type Integration = (input: State, services: TaskServices) => Promise<unknown>;

const INTEGRATIONS: Readonly<Record<string, { run: Integration; parameters: readonly string[] }>> = {
  "lambda:invoke": { run: invokeFunction, parameters: ["FunctionName", "Payload"] },
  "sqs:sendMessage": { run: sendMessage, parameters: ["QueueUrl", "MessageBody", "DelaySeconds"] },
  "aws-sdk:ec2:describeInstances": { run: describeInstances, parameters: ["Filters", "InstanceIds"] },
};

/**
 * Returns a handler for every Task of a machine. A Task without one would call AWS.
 * @throws {Error} a resource or a parameter that the local run does not support, or a function that is not in the graph
 */
export function taskHandlers(machine: State, services: TaskServices): TaskHandlers {
  const tasks = statesOf(machine).filter(({ state }) => state["Type"] === "Task");
  return Object.fromEntries(
    tasks.map(({ name, state }) => {
      const resource = String(state["Resource"]);
      const key = /^arn:aws[a-z-]*:states:::((?:aws-sdk:)?[a-z0-9]+:[A-Za-z]+)$/.exec(resource)?.[1] ?? "";
      const integration = Object.hasOwn(INTEGRATIONS, key) ? INTEGRATIONS[key] : undefined;
      if (integration === undefined)
        throw new Error(`state ${name}: Resource ${resource} is not supported by the local run`);
      checkParameters(name, objectOf(state["Parameters"]), integration.parameters, services);
      return [name, (input: Json) => runTask(name, state, input, integration.run, services)];
    }),
  );
}

function checkParameters(name: string, parameters: State, known: readonly string[], services: TaskServices): void {
  const unknown = Object.keys(parameters).find((key) => !known.includes(key.replace(/\.\$$/, "")));
  if (unknown !== undefined) throw new Error(`state ${name}: parameter ${unknown} is not supported by the local run`);
  const { FunctionName: functionName } = parameters;
  if (known.includes("FunctionName")) {
    if (typeof functionName !== "string") throw new Error(`state ${name}: FunctionName must be a literal`);
    services.functions.settings(functionName);
  }
}

async function runTask(
  name: string,
  state: State,
  input: Json,
  run: Integration,
  services: TaskServices,
): Promise<Json> {
  try {
    checkSize(name, state, "input", input);
    await services.admission.taskPause();
    const result = (await run(objectOf(input), services)) as Json;
    checkSize(name, state, "result", result);
    return selectResult(state, result) as Json;
  } catch (error) {
    if (error instanceof TaskError) throw error;
    services.onDefect(error);
    throw new TaskError("States.Runtime", String(error), { retry: false, catch: false });
  }
}

/** Fails if a value is too large. Only its own name matches States.DataLimitExceeded. */
function checkSize(name: string, state: State, what: string, value: Json): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= MAX_STATE_BYTES) return;
  const error = "States.DataLimitExceeded";
  const named = (field: string): boolean =>
    listOf(state[field]).some((rule) => listOf(objectOf(rule)["ErrorEquals"]).includes(error));
  const cause = `The state/task '${name}' has a ${what} of ${bytes} bytes, more than the maximum of ${MAX_STATE_BYTES}.`;
  throw new TaskError(error, cause, { retry: named("Retry"), catch: named("Catch") });
}

async function invokeFunction(input: State, services: TaskServices): Promise<unknown> {
  const functionName = String(input["FunctionName"]);
  await admit(
    { service: "lambda", operation: "Invoke", input: { FunctionName: functionName }, caller: services.caller },
    services,
    "Lambda",
  );
  const result = await services.functions.invoke(functionName, input["Payload"] ?? {});
  if (!result.ok) throw new TaskError(result.error.errorType, JSON.stringify(result.error));
  return { ExecutedVersion: "$LATEST", Payload: result.payload, StatusCode: 200 };
}

async function sendMessage(input: State, services: TaskServices): Promise<unknown> {
  const body = input["MessageBody"];
  const message = { ...input, MessageBody: typeof body === "string" ? body : JSON.stringify(body) };
  const call = { service: "sqs", operation: "SendMessage", input: message, caller: services.caller };
  await admit(call, services, "SQS");
  try {
    return await services.queues.call("SendMessage", message, services.caller);
  } catch (error) {
    throw error instanceof ServiceError ? serviceFailure("SQS", error) : error;
  }
}

async function describeInstances(input: State, services: TaskServices): Promise<unknown> {
  const { caller } = services;
  const call = { service: "ec2", operation: "DescribeInstances", input, caller };
  const ec2 = services.standIn("ec2", caller.region);
  if (ec2 === undefined) throw new Error(`the local run has no EC2 in ${caller.region}`);
  await admit(call, services, "Ec2");
  try {
    return describedInstances(await ec2.call(call.operation, { InstanceIds: [], Filters: [], ...input }, caller));
  } catch (error) {
    throw error instanceof ServiceError ? serviceFailure("Ec2", error) : error;
  }
}

/** Counts the call, applies the fault plan and the quotas, and checks the permission of the machine. */
async function admit(call: ApiCall, services: TaskServices, prefix: Prefix): Promise<void> {
  const fault = services.admission.receive(call.service, call.operation);
  const { latencyMs, refusal } = services.admission.pace(call.service, call.operation, fault);
  await pause(latencyMs);
  if (refusal !== undefined) throw serviceFailure(prefix, refusal);
  if (fault?.kind === "timeout" || fault?.kind === "reset") {
    const name =
      prefix === "Lambda" && fault.kind === "timeout" ? "ClientExecutionTimeoutException" : "SdkClientException";
    throw new TaskError(`${prefix}.${name}`, `${fault.kind} by the fault plan`);
  }
  if (fault !== undefined)
    throw serviceFailure(prefix, new ServiceError(fault.code, `${fault.code} by the fault plan`));
  try {
    services.admission.authorize(call);
  } catch (error) {
    throw error instanceof ServiceError ? new TaskError("States.Permissions", error.message) : error;
  }
}

type Prefix = "Lambda" | "SQS" | "Ec2";

/**
 * Converts an error of a service. Error names in Step Functions always end in Exception, whatever the service calls
 * them. EC2's API model names no errors, so the AWS SDK for Java, which Step Functions uses, has one for all:
 * Ec2Exception.
 */
function serviceFailure(prefix: Prefix, error: ServiceError): TaskError {
  if (prefix === "Ec2") return new TaskError("Ec2.Ec2Exception", `${error.message} (${error.code})`);
  const suffix = error.code.endsWith("Exception") ? "" : "Exception";
  return new TaskError(`${prefix}.${error.code}${suffix}`, error.message);
}
