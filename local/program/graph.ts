import * as pulumi from "@pulumi/pulumi";
import pLimit from "p-limit";
import type { CapturedResource } from "./captured-resource.ts";
import type { StackConfig } from "./config-file.ts";
import { InputError } from "../../command-line/input-error.ts";
import { partitionOf } from "./partition.ts";
import { identityOf, isResourceType, type Identity } from "./resource-types.ts";

/** The environment of the mocked deployment. */
interface DeploymentScope {
  readonly config: StackConfig;
  /** Default: 123456789012. */
  readonly account?: string;
  /** Name of the stack. Default: `local`. */
  readonly stack?: string;
  /** What Pulumi would add to the names of resources. Default: nothing. */
  readonly suffix?: string;
  /** Returns the URL of a queue. Default: AWS's. */
  readonly queueUrl?: (account: string, region: string, name: string) => string;
}

const PROJECT = "patch-manager-findings";
const DEFAULTS = {
  account: "123456789012",
  stack: "local",
  suffix: "",
  queueUrl: (account: string, region: string, name: string) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
};

/**
 * Runs the Pulumi program (index.ts) with mocks and returns all resources that it would deploy, in its order.
 * @throws {InputError} if the program rejects its settings
 * @throws {Error} if the program fails, or registers a resource of an unknown type
 *
 * @example const resources = await captureGraph({ config: await readConfigFile("Pulumi.dev.yaml") });
 */
export function captureGraph(scope: DeploymentScope): Promise<CapturedResource[]> {
  return oneAtATime(() => captureNow(scope));
}

/** Pulumi's mocks and settings are global to the process. */
const oneAtATime = pLimit(1);

async function captureNow(given: DeploymentScope): Promise<CapturedResource[]> {
  const scope = { ...DEFAULTS, ...given };
  const capture = new Capture(scope);
  pulumi.runtime.setAllConfig({ ...scope.config });
  await pulumi.runtime.setMocks(capture, PROJECT, scope.stack, false);
  const { default: program } = (await import("../../index.ts")) as { default: () => Promise<unknown> };
  const failure = await withoutStackTraces(() => failureOf(program));
  if (pulumi.RunError.isInstance(failure)) throw new InputError(failure.message);
  if (failure !== undefined) throw failure as Error;
  return capture.resources();
}

/** Pulumi takes a stack trace for each of its thousands of promises. They take longer than the program itself. */
async function withoutStackTraces<Result>(work: () => Promise<Result>): Promise<Result> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function failureOf(program: () => Promise<unknown>): Promise<unknown> {
  let failure: unknown;
  await pulumi.runtime.runInPulumiStack(() =>
    // Caught here, because Pulumi would also reject promises that no caller awaits.
    program().catch((error: unknown) => {
      failure = error;
    }),
  );
  // Waits for all registrations. runInPulumiStack alone returns earlier.
  await pulumi.runtime.disconnect();
  return failure;
}

class Capture implements pulumi.runtime.Mocks {
  readonly #scope: Required<DeploymentScope>;
  readonly #captured: { args: pulumi.runtime.MockResourceArgs; identity: Identity; region: string }[] = [];
  readonly #regionOfProvider = new Map<string, string>();
  readonly #unknown = new Set<string>();

  constructor(scope: Required<DeploymentScope>) {
    this.#scope = scope;
  }

  newResource(args: pulumi.runtime.MockResourceArgs) {
    const inputs = args.inputs as Readonly<Record<string, unknown>>;
    if (args.type === "pulumi:providers:aws") this.#regionOfProvider.set(args.name, String(inputs["region"]));
    const providerRegion = this.#regionOf(args.provider);
    const isGlobal = args.type.startsWith("aws:iam/");
    const region = isGlobal ? "" : typeof inputs["region"] === "string" ? inputs["region"] : providerRegion;
    const physicalName = typeof inputs["name"] === "string" ? inputs["name"] : args.name + this.#scope.suffix;
    const identity = this.#identify(args.type, physicalName, { region, partition: partitionOf(providerRegion) });
    this.#captured.push({ args, identity, region });
    return { id: identity.id, state: { ...inputs, ...identity.outputs, arn: identity.arn } };
  }

  call({ token, inputs, provider }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    if (token === "aws:index/getPartition:getPartition") return { partition: partitionOf(this.#regionOf(provider)) };
    if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: this.#scope.account };
    // Nothing but the program enables the hub.
    if (token === "aws:securityhub/getStandardsControlAssociations:getStandardsControlAssociations") return {};
    throw new Error(`the program asks for ${token} (${JSON.stringify(inputs)}), which the capture does not know`);
  }

  async resources(): Promise<CapturedResource[]> {
    if (this.#unknown.size > 0) {
      throw new Error(`resource types that the capture does not know: ${[...this.#unknown].join(", ")}`);
    }
    return Promise.all(
      this.#captured.map(async ({ args, identity, region }) => ({
        type: args.type,
        name: args.name,
        inputs: (await plainValue(args.inputs)) as Record<string, unknown>,
        id: identity.id,
        arn: identity.arn ?? "",
        region,
      })),
    );
  }

  #identify(type: string, name: string, { region, partition }: { region: string; partition: string }): Identity {
    const { account, queueUrl } = this.#scope;
    // Throwing here would fail once for each resource that depends on this one.
    if (!isResourceType(type)) this.#unknown.add(type);
    const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
    return identityOf(type, name, arn, () => queueUrl(account, region, name));
  }

  /** Returns the Region of a provider, named `urn:...::pulumi:providers:aws::<name>::<id>`. */
  #regionOf(provider: string | undefined): string {
    return this.#regionOfProvider.get(provider?.split("::").at(-2) ?? "") ?? "";
  }
}

const SECRET_KEY = "4dabf18193072939515e22adb298388d";

/** Awaits promises in a value (such as asset contents), unwraps secrets, and replaces assets by their paths. */
async function plainValue(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.FileAsset) return value.path;
  if (value instanceof pulumi.asset.AssetArchive) return plainValue(await value.assets);
  if (Array.isArray(value)) return Promise.all(value.map(plainValue));
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_KEY in value && "value" in value) return plainValue(value.value);
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await plainValue(inner)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
