/**
 * The language host for Node.js, as a plugin of the Pulumi CLI. It starts `@pulumi/pulumi/cmd/run` the way Pulumi's own
 * host does, which comes with a released CLI but not with one built from the Go module:
 * https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/cmd/pulumi-language-nodejs
 */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { shellWords } from "./shell-words.ts";

/** Exit code of `cmd/run` after it has shown the error itself. */
const ERROR_WAS_SHOWN = 32;

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: { readonly resource?: boolean; readonly name: string; readonly version?: string };
}

const [engineAddress = ""] = process.argv.slice(2);
let program: ChildProcess | undefined;

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

/** Returns the provider plugins that the dependencies of the program belong to. */
function requiredPackages(directory: string): plugin.PackageDependency[] {
  const file = join(directory, "package.json");
  return Object.keys(readManifest(file).dependencies ?? {}).flatMap((name) => {
    const { pulumi, version } = readManifest(join(directory, "node_modules", name, "package.json"));
    if (pulumi?.resource !== true) return [];
    const dependency = new plugin.PackageDependency().setKind("resource").setName(pulumi.name);
    return [dependency.setVersion(`v${pulumi.version ?? version}`)];
  });
}

function programArguments(request: language.RunRequest, directory: string): string[] {
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run"),
    ...Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

/** Runs the program with the `node` that is first on PATH. Resolves to its exit code, or to the signal that ended it. */
function runProgram(request: language.RunRequest): Promise<number | string> {
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const options: Record<string, unknown> = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const nodeArguments = typeof options["nodeargs"] === "string" ? shellWords(options["nodeargs"]) : [];
  program = spawn("node", [...nodeArguments, ...programArguments(request, directory)], {
    cwd: request.getPwd(),
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...(options["typescript"] === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const child = program;
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
}

async function run(request: language.RunRequest): Promise<language.RunResponse> {
  const ended = await runProgram(request);
  const response = new language.RunResponse();
  if (ended === 0) return response;
  if (ended === ERROR_WAS_SHOWN) return response.setBail(true);
  return response.setError(
    typeof ended === "number" ? `Program exited with non-zero exit code: ${ended}` : `Program ended by signal ${ended}`,
  );
}

/** Answers with a promise's value. The engine shows the message of an error. */
function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.try(answer, request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  handshake: answering(() => new language.LanguageHandshakeResponse()),
  getRequiredPackages: answering((request: language.GetRequiredPackagesRequest) =>
    new language.GetRequiredPackagesResponse().setPackagesList(
      requiredPackages(request.getInfo()?.getProgramDirectory() ?? "."),
    ),
  ),
  getPluginInfo: answering(() => new plugin.PluginInfo().setVersion("1.0.0")),
  run: answering(run),
  cancel: answering(() => {
    program?.kill();
    return new empty.Empty();
  }),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});
