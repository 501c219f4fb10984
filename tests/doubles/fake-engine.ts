/** The two gRPC services that the Pulumi CLI offers to a program, on loopback. They deploy nothing. */
import { COMPILE_CACHE } from "../compile-cache.ts";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** One resource as the program registered it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; "" for the stack. */
  readonly parent: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Deployment {
  readonly exitCode: number | null;
  readonly registrations: readonly Registration[];
  /** Errors that the program logged. */
  readonly errors: readonly string[];
  /** Output of the process, for the message of a failing test. */
  readonly output: string;
}

interface DeploymentOptions {
  /** Folder with the program's Pulumi.yaml. */
  readonly directory: string;
  readonly config: Readonly<Record<string, string>>;
  /** Keys of settings that the stack's file holds encrypted. */
  readonly secretKeys?: readonly string[];
  /** `pulumi preview`: outputs that only a deployment knows stay unknown. */
  readonly preview?: boolean;
  /** The stack was deployed before, so that also a preview knows all outputs. */
  readonly deployed?: boolean;
  /** The Node.js to run, and its options. Default: this one. */
  readonly node?: readonly [path: string, ...options: string[]];
}

const PROJECT = "patch-manager-findings";
const STACK = "trial";
const RUN = join(import.meta.dirname, "..", "..", "node_modules", "@pulumi", "pulumi", "cmd", "run");
const DEADLINE_MS = 150_000;

/** Responses of providers to function calls of the program. */
const ANSWERS: Readonly<Record<string, Record<string, string>>> = {
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
};

/** Runs the program as `pulumi up` does, in a separate process that ends with the promise. */
export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const fake = new FakeEngine(options.preview === true && options.deployed !== true);
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, fake.monitor());
  server.addService(EngineService, fake.engine());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  try {
    const { exitCode, output } = await runProgram(options, `127.0.0.1:${port}`);
    return { exitCode, output, registrations: fake.registrations, errors: fake.errors };
  } finally {
    server.forceShutdown();
  }
}

/** Returns the options of Node.js that the project asks for. Pulumi's language host splits them as a shell does. */
async function nodeOptions(directory: string): Promise<string[]> {
  const project = parse(await readFile(join(directory, "Pulumi.yaml"), "utf8")) as {
    runtime: { options: { nodeargs: string } };
  };
  return project.runtime.options.nodeargs.split(" ");
}

async function runProgram(
  options: DeploymentOptions,
  address: string,
): Promise<{ exitCode: number | null; output: string }> {
  const named = {
    monitor: address,
    engine: address,
    project: PROJECT,
    stack: STACK,
    organization: "o",
    parallel: "16",
  };
  const flags = Object.entries({ ...named, pwd: options.directory }).map(([name, value]) => `--${name}=${value}`);
  const [node, ...given] = options.node ?? [process.execPath];
  const child = spawn(
    node,
    [
      ...given,
      ...(await nodeOptions(options.directory)),
      RUN,
      ...flags,
      ...(options.preview === true ? ["--dry-run"] : []),
      "index.ts",
    ],
    {
      cwd: options.directory,
      env: {
        ...COMPILE_CACHE,
        PATH: process.env["PATH"],
        PULUMI_CONFIG: JSON.stringify(options.config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys ?? []),
        PULUMI_NODEJS_TYPESCRIPT: "false",
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: DEADLINE_MS,
      killSignal: "SIGKILL",
    },
  );
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(String(chunk)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output: chunks.join("") }));
  });
}

type Handler<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Answers at once. An exception becomes an error response, so that the program fails. */
function answering<Request, Response>(answer: (request: Request) => Response): Handler<Request, Response> {
  return ({ request }, callback) => {
    try {
      callback(null, answer(request));
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

const nothing = answering(() => new empty.Empty());

class FakeEngine {
  readonly registrations: Registration[] = [];
  readonly errors: string[] = [];
  /** Whether outputs that only a deployment knows are unknown. */
  readonly #unknown: boolean;
  #root = "";

  constructor(unknown: boolean) {
    this.#unknown = unknown;
  }

  monitor(): grpc.UntypedServiceImplementation {
    return {
      getDeploymentInfo: answering(() => {
        const features = resource.ResourceMonitorFeature;
        return new resource.DeploymentInfo().setSupportedfeaturesList([
          features.RESOURCE_MONITOR_FEATURE_SECRETS,
          features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
          features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
        ]);
      }),
      supportsFeature: answering((request: resource.SupportsFeatureRequest) =>
        new resource.SupportsFeatureResponse().setHassupport(
          ["secrets", "resourceReferences", "aliasSpecs"].includes(request.getId()),
        ),
      ),
      invoke: answering((request: resource.ResourceInvokeRequest) => {
        const answer = ANSWERS[request.getTok()];
        if (answer === undefined) throw new Error(`the fake engine has no answer to ${request.getTok()}`);
        return new resource.ResourceInvokeResponse().setReturn(struct.Struct.fromJavaScript(answer));
      }),
      registerResource: answering((request: resource.RegisterResourceRequest) => this.#register(request)),
      registerResourceOutputs: nothing,
      registerPackage: answering(() => new resource.RegisterPackageResponse().setRef("package")),
      signalAndWaitForShutdown: nothing,
    };
  }

  engine(): grpc.UntypedServiceImplementation {
    return {
      log: answering((request: engine.LogRequest) => {
        if (request.getSeverity() === engine.LogSeverity.ERROR) this.errors.push(request.getMessage());
        return new empty.Empty();
      }),
      getRootResource: answering(() => new engine.GetRootResourceResponse().setUrn(this.#root)),
      setRootResource: answering((request: engine.SetRootResourceRequest) => {
        this.#root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
      startDebugging: nothing,
      requirePulumiVersion: answering(() => new engine.RequirePulumiVersionResponse()),
    };
  }

  #register(request: resource.RegisterResourceRequest): resource.RegisterResourceResponse {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const urn = `urn:pulumi:${STACK}::${PROJECT}::${qualifiedType(parent, type)}::${name}`;
    const inputs: Record<string, unknown> = request.getObject()?.toJavaScript() ?? {};
    this.registrations.push({ type, name, urn, parent, inputs });
    // The provider chooses names before it creates anything.
    const made = this.#unknown
      ? { name }
      : { name, arn: `arn:aws:trial:::${name}`, url: `https://sqs.trial.example.com/${name}` };
    return new resource.RegisterResourceResponse()
      .setUrn(urn)
      .setId(this.#unknown || !request.getCustom() ? "" : name)
      .setObject(struct.Struct.fromJavaScript({ ...inputs, ...made }));
  }
}

/** Returns the type part of a URN: the types of all ancestors except the stack. */
function qualifiedType(parent: string, type: string): string {
  const parentType = parent.split("::")[2] ?? "";
  return parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
}
