/**
 * Lambda for the local cloud. It runs the bundles that would be deployed in this process, with their own roles and
 * variables.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FunctionSettings } from "./function-settings.ts";
import { functionFolder, type FunctionFolder } from "./function-folder.ts";
import { loadHandler, type Code, type Handler, type HostSettings, type LogSink } from "./lambda-environment.ts";
import type { Pacing } from "../../gateway/pacing.ts";
import { FunctionMeter } from "../../run/usage.ts";

/** The result of a synchronous Invoke. */
export type InvokeResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: FunctionError };

/** A function's failure, as Lambda reports it. */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** A function's failure, for the run's report. */
export interface InvocationFailure extends FunctionError {
  readonly functionName: string;
}

/** Lambda's limit for the request and the response of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

interface Deployed {
  readonly settings: FunctionSettings;
  readonly source: string;
  readonly folder: FunctionFolder;
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
  readonly #pacing: Pacing | undefined;
  #running = 0;

  /** @param log returns the log sink of a function */
  constructor(log: (functionName: string) => LogSink, pacing?: Pacing) {
    this.#log = log;
    this.#pacing = pacing;
  }

  /** Deploys a function. @throws {Error} if the bundle or another file of its archive cannot be read */
  deploy(settings: FunctionSettings, host: HostSettings): void {
    const source = readFileSync(settings.bundle, "utf8");
    const folder = functionFolder(settings);
    const deployed: Deployed = { settings, source, folder, host, idle: [], waiting: [], busy: 0 };
    this.#byArn.set(settings.arn, deployed);
    this.#byName.set(settings.name, deployed);
  }

  /** Removes the copies of the functions' files. */
  close(): void {
    for (const { folder } of this.#byArn.values()) folder.remove();
  }

  /** Invocations that have not ended, including those that wait. */
  get running(): number {
    return this.#running;
  }

  /** Invocations, log output and metrics so far. */
  get meter(): Pick<FunctionMeter, "functions" | "metrics" | "lastInvocation"> {
    return this.#meter;
  }

  /** Every invocation that ended with an error or a time-out. */
  get failures(): readonly InvocationFailure[] {
    return this.#failures;
  }

  /** Returns the settings of a function. @throws {Error} if no such function exists */
  settings(nameOrArn: string): FunctionSettings {
    return this.#get(nameOrArn).settings;
  }

  /**
   * Invokes a function with one event. An environment processes one event at a time, and events beyond the concurrency
   * of the function wait.
   */
  async invoke(nameOrArn: string, event: unknown): Promise<InvokeResult> {
    const deployed = this.#get(nameOrArn);
    const { name } = deployed.settings;
    this.#running += 1;
    this.#meter.addInvocation(entryOf(deployed.settings), deployed.settings.memorySize);
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
    const handler = deployed.idle.pop() ?? loadHandler(settings, codeOf(deployed), this.#sink(settings));
    const requestId = randomUUID();
    const deadline = performance.now() + settings.timeoutSeconds * 1000;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new TimedOut(requestId, settings.timeoutSeconds)),
      settings.timeoutSeconds * 1000,
    );
    try {
      const run = () => call(handler, event, contextOf(settings, requestId, deadline));
      const invoked = { entry: entryOf(settings), memoryMegabytes: settings.memorySize, event };
      const paced = this.#pacing?.invocation(invoked, run) ?? run();
      const result = await Promise.race([paced, timedOut]);
      deployed.idle.push(handler);
      return result;
    } catch (error) {
      // Like Lambda, discard an environment that timed out: its handler may still be running.
      if (!(error instanceof TimedOut)) deployed.idle.push(handler);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #sink(settings: FunctionSettings): LogSink {
    const log = this.#log(settings.name);
    return (text) => {
      this.#meter.addOutput(entryOf(settings), text);
      log(text);
    };
  }

  #get(nameOrArn: string): Deployed {
    const deployed = this.#byArn.get(nameOrArn) ?? this.#byName.get(nameOrArn);
    if (deployed === undefined) throw new Error(`function ${JSON.stringify(nameOrArn)} is not in the graph`);
    return deployed;
  }
}

const codeOf = ({ source, folder, host }: Deployed): Code => ({ source, folder: folder.path, host });

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

/** Calls the handler. It is async, so that a handler that throws at once fails like one that rejects. */
async function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return await handler(event, context);
}

async function takeSlot(deployed: Deployed): Promise<void> {
  if (deployed.busy >= deployed.settings.concurrency) {
    await new Promise<void>((resolve) => deployed.waiting.push(resolve));
    return; // The slot was handed over and stays counted.
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

/** Returns a copy as JSON text carries it. A function's event and response are JSON of at most 6 MB. */
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

/** Tells whether a value is an error. Errors from another realm, or from a copy of a library, fail `instanceof`. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === "object" && value !== null && "name" in value && "message" in value;
}
