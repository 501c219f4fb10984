/** Lambda for the local cloud: the bundles that would be deployed, run in this process under their own role and variables. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FunctionSettings } from "./function-settings.ts";
import { loadHandler, type Handler, type HostSettings, type LogSink } from "./lambda-environment.ts";
import { FunctionMeter } from "../../run/usage.ts";

/** What a synchronous Invoke comes back with. */
export type InvokeResult =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: FunctionError };

/** A function that failed, as Lambda reports it. */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** A function's failure, for the run's report. */
export interface InvocationFailure extends FunctionError {
  readonly functionName: string;
}

/** Lambda's limit for the request and the answer of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

interface Deployed {
  readonly settings: FunctionSettings;
  readonly source: string;
  readonly host: HostSettings;
  readonly idle: Handler[];
  readonly waiting: (() => void)[];
  busy: number;
}

/** All functions of the captured program. */
export class Functions {
  readonly #byArn = new Map<string, Deployed>();
  readonly #byName = new Map<string, Deployed>();
  readonly #log: (functionName: string) => LogSink;
  readonly #meter = new FunctionMeter();
  readonly #failures: InvocationFailure[] = [];
  #running = 0;

  /** @param log where each function's output goes */
  constructor(log: (functionName: string) => LogSink) {
    this.#log = log;
  }

  /** @throws {Error} when the bundle cannot be read */
  deploy(settings: FunctionSettings, host: HostSettings): void {
    const source = readFileSync(settings.bundle, "utf8");
    const deployed: Deployed = { settings, source, host, idle: [], waiting: [], busy: 0 };
    this.#byArn.set(settings.arn, deployed);
    this.#byName.set(settings.name, deployed);
  }

  /** Invocations that have not ended yet, waiting ones included. */
  get running(): number {
    return this.#running;
  }

  /** What ran, and what it wrote. */
  get meter(): Pick<FunctionMeter, "functions" | "metrics"> {
    return this.#meter;
  }

  /** Every invocation that ended with an error or a time-out. */
  get failures(): readonly InvocationFailure[] {
    return this.#failures;
  }

  /** @throws {Error} when there is no such function */
  settings(nameOrArn: string): FunctionSettings {
    return this.#get(nameOrArn).settings;
  }

  /** Runs one event; an environment handles one event at a time, and events beyond the function's concurrency wait. */
  async invoke(nameOrArn: string, event: unknown): Promise<InvokeResult> {
    const deployed = this.#get(nameOrArn);
    const { name } = deployed.settings;
    this.#running += 1;
    this.#meter.invoked(entryOf(deployed.settings), deployed.settings.memorySize);
    try {
      await takeSlot(deployed);
      try {
        const payload = await this.#run(deployed, copyOf(event, `the event for ${name}`));
        return { ok: true, payload: copyOf(payload ?? null, `the answer of ${name}`) };
      } finally {
        freeSlot(deployed);
      }
    } catch (thrown) {
      const error = thrown instanceof TimedOut ? thrown.report : functionError(thrown);
      this.#failures.push({ functionName: name, ...error });
      this.#sink(deployed.settings)(`ERROR ${error.errorType}: ${error.errorMessage}\n`);
      return { ok: false, error };
    } finally {
      this.#running -= 1;
    }
  }

  async #run(deployed: Deployed, event: unknown): Promise<unknown> {
    const { settings } = deployed;
    const handler = deployed.idle.pop() ?? loadHandler(settings, deployed.source, deployed.host, this.#sink(settings));
    const requestId = randomUUID();
    const deadline = performance.now() + settings.timeoutSeconds * 1000;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new TimedOut(requestId, settings.timeoutSeconds)),
      settings.timeoutSeconds * 1000,
    );
    try {
      const result = await Promise.race([call(handler, event, contextOf(settings, requestId, deadline)), timedOut]);
      deployed.idle.push(handler);
      return result;
    } catch (error) {
      // A timed-out environment is thrown away, as Lambda does: its handler may still be running.
      if (!(error instanceof TimedOut)) deployed.idle.push(handler);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #sink(settings: FunctionSettings): LogSink {
    const log = this.#log(settings.name);
    return (text) => {
      this.#meter.wrote(entryOf(settings), text);
      log(text);
    };
  }

  #get(nameOrArn: string): Deployed {
    const deployed = this.#byArn.get(nameOrArn) ?? this.#byName.get(nameOrArn);
    if (deployed === undefined) throw new Error(`function ${JSON.stringify(nameOrArn)} is not in the graph`);
    return deployed;
  }
}

const entryOf = ({ handler }: FunctionSettings): string => handler.split(".")[0] ?? handler;

class TimedOut extends Error {
  override readonly name = "TimedOut";
  readonly report: FunctionError;

  constructor(requestId: string, seconds: number) {
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
    super(errorMessage);
    this.report = { errorType: "Sandbox.Timedout", errorMessage, trace: [] };
  }
}

/** Async, so that a handler that throws at once fails like one that rejects. */
async function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return await handler(event, context);
}

async function takeSlot(deployed: Deployed): Promise<void> {
  if (deployed.busy >= deployed.settings.concurrency) {
    await new Promise<void>((resolve) => deployed.waiting.push(resolve));
    return; // the slot was handed over, and stays counted
  }
  deployed.busy += 1;
}

function freeSlot(deployed: Deployed): void {
  const next = deployed.waiting.shift();
  if (next === undefined) deployed.busy -= 1;
  else next();
}

function contextOf(settings: FunctionSettings, awsRequestId: string, deadline: number): object {
  return {
    functionName: settings.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: settings.arn,
    memoryLimitInMB: String(settings.memorySize),
    awsRequestId,
    logGroupName: `/aws/lambda/${settings.name}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

/** What crosses the border of a function is JSON text of at most 6 MB. */
function copyOf(value: unknown, what: string): unknown {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw Object.assign(new Error(`${what} has ${bytes} bytes; Lambda takes ${MAX_PAYLOAD_BYTES}`), {
      name: "Function.ResponseSizeTooLarge",
    });
  }
  return JSON.parse(text);
}

function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? "").split("\n") };
}

/** Errors of another realm, or of a copy of a library, fail `instanceof`. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === "object" && value !== null && "name" in value && "message" in value;
}
