/** Runs the deployed state machine with scripted answers instead of functions and queues. */
import { ExecutionError, StateMachine } from "aws-local-stepfunctions";
import { readDefinition } from "../../local/services/step-functions/asl-definition.ts";
import { objectOf, statesOf, type State } from "../../local/services/step-functions/asl-features.ts";
import { useClock } from "../../local/run/clock.ts";
import { shortEvent, type ExecutionEvent } from "../../local/services/step-functions/execution.ts";
import { selectResult } from "../../local/services/step-functions/result-selector.ts";
import { renderDefinition } from "../../statemachine/definition.ts";

export const FUNCTIONS = ["ResolveWindow", "Gather", "Evaluate", "ChooseSeverity", "Publish"] as const;
export const QUEUES = ["Work", "Outage", "Quarantine"] as const;
export type Queue = (typeof QUEUES)[number];

export const functionArn = (state: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${state}`;
export const queueUrl = (queue: string): string => `https://sqs.eu-west-1.amazonaws.com/111122223333/${queue}`;
export const VALUES: Readonly<Record<string, string>> = Object.fromEntries([
  ...FUNCTIONS.map((state) => [`${state}FunctionArn`, functionArn(state)] as const),
  ...QUEUES.map((queue) => [`${queue}QueueUrl`, queueUrl(queue)] as const),
]);
export const EXECUTION = "batch-1";

/** The result of one call of a state. `times` repeats it. `of` limits it to calls whose input contains that text. */
export type Answer =
  | { readonly gives: unknown }
  | { readonly fails: string; readonly times?: number; readonly of?: string }
  /** Never answers. The state's timeout ends the call. */
  | { readonly hangs: true; readonly times?: number };
/** Answers by state. Queues accept every message that is not scripted. */
export type Script = Readonly<Record<string, readonly Answer[]>>;

export interface Message {
  readonly queue: Queue;
  readonly body: unknown;
  readonly delay?: number;
}

export interface Run {
  readonly status: "SUCCEEDED" | "FAILED";
  readonly output?: unknown;
  readonly error?: string;
  /** The names of the states entered, in order. */
  readonly path: readonly string[];
  /** The messages that the queues accepted. */
  readonly messages: readonly Message[];
  /** The payloads that the functions received, in order. */
  readonly payloads: readonly { readonly state: string; readonly payload: unknown }[];
  readonly events: readonly ExecutionEvent[];
}

const { machine, forEngine } = readDefinition(renderDefinition(VALUES));
const engine = new StateMachine(forEngine, { validationOptions: { noValidate: true } });
export { machine };

type Input = Parameters<StateMachine["run"]>[0];
type Handler = (input: Input) => Promise<Input>;

/** Runs one execution. @throws {Error} if the script does not match the calls: the test case is wrong */
export async function execute(input: unknown, script: Script): Promise<Run> {
  // Waits, retries and time-outs are as deployed, and take no time.
  const releaseClock = useClock(Infinity);
  try {
    return await executed(input, script);
  } finally {
    releaseClock();
  }
}

async function executed(input: unknown, script: Script): Promise<Run> {
  const messages: Message[] = [];
  const payloads: Run["payloads"][number][] = [];
  const mistakes: string[] = [];
  const handlers: Record<string, Handler> = {};
  const scripts = Object.entries(script).map(
    ([state, answers]) => [state, { state, answers: unfold(answers) }] as const,
  );
  const left = new Map(scripts);
  for (const { name, state } of statesOf(machine).filter((each) => each.state["Type"] === "Task")) {
    const isFunction = state["Resource"] === "arn:aws:states:::lambda:invoke";
    const isMessage = state["Resource"] === "arn:aws:states:::sqs:sendMessage";
    handlers[name] = async (raw) => {
      const request = objectOf(raw);
      if (isFunction) payloads.push({ state: name, payload: request["Payload"] });
      const answer = await next(left.get(name)?.answers ?? [], raw);
      if (isMessage) return acceptMessage(request, messages);
      if (isFunction && request["FunctionName"] !== functionArn(name))
        mistakes.push(`${name} calls ${String(request["FunctionName"])}`);
      if (answer === undefined) mistakes.push(`${name} is called once more than the script says`);
      if (!isFunction) return selectResult(state, answer) as Input;
      return { StatusCode: 200, Payload: (answer ?? null) as Input };
    };
  }
  const run = engine.run(input as Input, {
    overrides: { taskResourceLocalHandlers: handlers },
    context: { Execution: { Name: EXECUTION } },
  });
  const settled = outcome(run.result);
  const events: ExecutionEvent[] = [];
  for await (const entry of run.eventLogs) events.push(shortEvent(entry).event);
  const unused = [...left.values()].filter(({ answers }) => answers.length > 0).map(({ state }) => state);
  if (unused.length > 0) mistakes.push(`answers of ${unused.join(", ")} were never asked for`);
  if (mistakes.length > 0) throw new Error(mistakes.join("; "));
  const path = events.flatMap((event) => (event.type === "StateEntered" ? (event.state ?? []) : []));
  return { ...(await settled), path, messages, payloads, events };
}

function unfold(answers: readonly Answer[]): Answer[] {
  return answers.flatMap((answer) => Array.from({ length: "times" in answer ? (answer.times ?? 1) : 1 }, () => answer));
}

/** Takes the next answer for this input out of the list. */
async function next(answers: Answer[], input: unknown): Promise<unknown> {
  const text = JSON.stringify(input);
  const at = answers.findIndex((answer) => !("of" in answer) || text.includes(answer.of));
  const [answer] = at < 0 ? [] : answers.splice(at, 1);
  if (answer === undefined || "gives" in answer) return answer?.gives;
  if ("hangs" in answer) return new Promise(() => undefined);
  throw Object.assign(new Error("as the script says"), { name: answer.fails });
}

function acceptMessage(request: State, messages: Message[]): Input {
  const { QueueUrl: url, MessageBody: body, DelaySeconds: delay, ...rest } = request;
  const queue = QUEUES.find((name) => queueUrl(name) === url);
  if (queue === undefined || Object.keys(rest).length > 0) throw new Error(`no message: ${JSON.stringify(request)}`);
  messages.push({ queue, body, ...(delay === undefined ? {} : { delay: Number(delay) }) });
  return { MessageId: `message-${messages.length}` };
}

async function outcome(result: Promise<unknown>): Promise<Pick<Run, "status" | "output" | "error">> {
  try {
    return { status: "SUCCEEDED", output: await result };
  } catch (error) {
    if (error instanceof ExecutionError && error.cause instanceof Error) {
      return { status: "FAILED", error: error.cause.name };
    }
    throw error;
  }
}
