/** Stacks of one test file that deploy this project. */
import { expect } from "chai";
import type { Fault } from "../provider/server/faults.ts";
import { accountEntries } from "../provider/account/account.ts";
import type { AccountEntry } from "../provider/account/account-entry.ts";
import type { Step } from "../trial/event-log.ts";
import { changesOf } from "./changes-of.ts";
import { TrialStack, type Operation } from "../trial/trial-stack.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

type Options = NonNullable<Parameters<typeof TrialStack.create>[0]>;

/** The types that tests name. */
export const TYPES = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  dashboard: "aws:cloudwatch/dashboard:Dashboard",
  function: "aws:lambda/function:Function",
  hub: "aws:securityhub/account:Account",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  policy: "aws:iam/rolePolicy:RolePolicy",
  provider: "pulumi:providers:aws",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
} as const;

/**
 * The stacks of a test file.
 *
 * @example
 * const stacks = new LiveStacks();
 * after(() => stacks.remove());
 * const stack = await stacks.create({ config: { planOnly: "true" } });
 */
export class LiveStacks {
  readonly #stacks: TrialStack[] = [];

  /** Creates a stack for one Region. Settings without a namespace are those of this project. */
  async create({ config, ...options }: Options = {}): Promise<TrialStack> {
    const settings = Object.entries({ regions: `["${REGION}"]`, ...config });
    const stack = await TrialStack.create({
      ...options,
      config: Object.fromEntries(settings.map(([name, value]) => [ownSetting(name), value])),
    });
    this.#stacks.push(stack);
    return stack;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#stacks.map((stack) => stack.remove()));
  }
}

/** Returns the full name of a setting. */
export const ownSetting = (name: string): string => (name.includes(":") ? name : `patch-manager-findings:${name}`);

/** Awaits an operation that must succeed. @throws with all of its output if it failed */
export async function success(operation: Operation | Promise<Operation>): Promise<Operation> {
  const ended = await operation;
  expect(ended.exitCode, [...ended.errors, ended.stdout, ended.stderr].join("\n")).to.equal(0);
  expect(ended.errors).to.deep.equal([]);
  return ended;
}

/** Awaits an operation that must fail. */
export async function failure(operation: Promise<Operation>): Promise<Operation> {
  const ended = await operation;
  expect(ended.exitCode, ended.stdout).to.be.greaterThan(0);
  return ended;
}

/** Returns the options of an operation whose provider has these faults. */
export const withFaults = (...faults: readonly Fault[]) => ({
  environment: { STAND_IN_FAULTS: JSON.stringify(faults) },
});

/** Names stay whole. */
const NO_PREFIX = "";

/** Returns steps as texts that fit on a line. */
export const lines = (steps: readonly Step[]): string[] => changesOf({ changes: steps }, NO_PREFIX);

/** Returns all resources in the account. */
export const allResources = ({ account }: TrialStack): AccountEntry[] => accountEntries(account);

/** Returns the account's resources of a type. */
export const resourcesOf = (stack: TrialStack, type: string): AccountEntry[] =>
  allResources(stack).filter((entry) => entry.type === type);

/** Returns one resource by the end of its logical name. */
export function resourceOf(stack: TrialStack, type: string, suffix: string): AccountEntry {
  const [found, ...others] = resourcesOf(stack, type).filter(({ logicalName }) => logicalName.endsWith(suffix));
  if (found === undefined || others.length > 0) throw new Error(`not one ${type} ends in ${suffix}`);
  return found;
}

interface StackState {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly urn: string;
      readonly id?: string;
      readonly custom: boolean;
    }[];
  };
}

/** Returns what the stack's state knows of resources in the account, in the form "type id". */
export async function managed(stack: TrialStack): Promise<string[]> {
  const { deployment } = (await stack.state()) as StackState;
  const resources = deployment.resources.filter(({ custom, type }) => custom && type !== TYPES.provider);
  return resources.map(({ type, id = "" }) => `${type} ${id}`);
}

/** Returns what is in the account, in the form "type id". */
export const existing = (stack: TrialStack): string[] => allResources(stack).map(({ type, id }) => `${type} ${id}`);
