/** One warm execution environment: the deployed bundle, loaded once, with the function's own environment variables. */
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { compileFunction, constants } from "node:vm";
import type { FunctionSettings } from "./function-settings.ts";

/** The settings that the host adds to a function's own variables. */
export interface HostSettings {
  /** URL of the gateway. */
  readonly endpoint: string;
  readonly accessKeyId: string;
}

/** What a function runs, and where. */
export interface Code {
  /** The text of the bundle. */
  readonly source: string;
  /** The folder that has all files of the function. */
  readonly folder: string;
  readonly host: HostSettings;
}

/** Receives a function's output in chunks. */
export type LogSink = (text: string) => void;

export type Handler = (event: unknown, context: object) => unknown;

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname", "process", "console"];

/**
 * Compiles and runs a bundle. This is not a security boundary: globals are shared with the host.
 * @throws {Error} if the bundle throws while it loads, or does not export the handler
 */
export function loadHandler(settings: FunctionSettings, { source, folder, host }: Code, log: LogSink): Handler {
  const ownProcess = processOf(environmentOf(settings, host), log);
  const ownRequire = requireOf(settings.bundle, ownProcess);
  const module: { exports: unknown } = { exports: {} };
  const run = compiled(settings.bundle, source);
  const output = new console.Console({ stdout: ownProcess.stdout, stderr: ownProcess.stderr });
  const filename = join(folder, basename(settings.bundle));
  Reflect.apply(run, module.exports, [module.exports, ownRequire, module, filename, folder, ownProcess, output]);
  const exported: unknown = Object(module.exports);
  const handler: unknown = Reflect.get(exported as object, settings.exportName);
  if (typeof handler !== "function") {
    throw new Error(`function ${settings.name}: ${settings.bundle} exports no function ${settings.exportName}`);
  }
  return (event, context) => Reflect.apply(handler, undefined, [event, context]) as unknown;
}

interface Compiled {
  readonly source: string;
  readonly run: (...parameters: unknown[]) => unknown;
}

/** The compiled bundles. Their state belongs to the call that runs them, so environments share the code alone. */
const compiledBundles = new Map<string, Compiled>();

/** Compiles a bundle once: compiling takes longer than a short run of the bundle. */
function compiled(bundle: string, source: string): Compiled["run"] {
  const known = compiledBundles.get(bundle);
  if (known?.source === source) return known.run;
  const run = compileFunction(source, PARAMETERS, {
    filename: bundle,
    // Without it the SDK's dynamic imports fail ("dynamic import callback was not specified").
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Compiled["run"];
  compiledBundles.set(bundle, { source, run });
  return run;
}

/**
 * Returns the function's environment variables. Nothing comes from the host's environment: no credentials, profile
 * files or Region.
 */
function environmentOf(settings: FunctionSettings, host: HostSettings): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    ...settings.variables,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ENDPOINT_URL: host.endpoint,
    AWS_ACCESS_KEY_ID: host.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    LAMBDA_TASK_ROOT: "/var/task",
    _HANDLER: settings.handler,
  };
}

function processOf(env: Record<string, string>, log: LogSink): NodeJS.Process {
  const property = (value: unknown): PropertyDescriptor => ({ value, enumerable: true, writable: true });
  return Object.create(process, {
    env: property(env),
    stdout: property(sinkStream(log)),
    stderr: property(sinkStream(log)),
  }) as NodeJS.Process;
}

function sinkStream(log: LogSink): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      log(String(chunk));
      done();
    },
  });
}

/** Returns a `require` whose `node:process` is the function's own, so that it cannot read the host's environment. */
function requireOf(bundle: string, ownProcess: NodeJS.Process): (id: string) => unknown {
  const real = createRequire(bundle);
  return Object.assign(
    (id: string): unknown => (id === "process" || id === "node:process" ? ownProcess : (real(id) as unknown)),
    { resolve: real.resolve },
  );
}
