/** Finds the deployed state machine and its queues. */
import { DescribeStateMachineCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { InputError } from "../../command-line/input-error.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { printable } from "../../command-line/terminal.ts";

/** The deployed program in one Region. */
export interface DeployedStack {
  readonly stateMachineArn: string;
  /** URLs. The sweep's queue is neither in the outputs nor in the definition. */
  readonly queues: Readonly<Record<"work" | "outage" | "quarantine", string>>;
}

const STATE_MACHINE = /^arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12}):stateMachine:[^:]{1,80}$/;
const STACK_NAME = /^[A-Za-z0-9_][\w./-]{0,200}$/;
const PULUMI_MS = 60_000;

const url = z.string().min(1);
const outputs = z.object({
  regions: z.record(
    z.string(),
    z.object({ stateMachineArn: url, workQueueUrl: url, outageQueueUrl: url, quarantineQueueUrl: url }),
  ),
});

/** Runs the Pulumi CLI and returns what it prints. */
export type RunPulumi = (args: readonly string[]) => Promise<string>;

/**
 * Returns the deployed program that `--stack` names: the state machine's ARN, or a stack whose outputs Pulumi reads.
 *
 * @throws {InputError} if the argument, the stack or its Region cannot be used
 * @throws {Error} if Step Functions does not describe the state machine
 */
export async function deployedStack(
  named: string,
  here: { readonly account: string; readonly region: string },
  sfn: Pick<SFNClient, "send">,
  runPulumi: RunPulumi = pulumi,
): Promise<DeployedStack> {
  const isArn = named.startsWith("arn:");
  const stack = isArn ? { stateMachineArn: named } : await fromOutputs(named, here.region, runPulumi);
  const [, region, account] = STATE_MACHINE.exec(stack.stateMachineArn) ?? [];
  if (region === undefined) throw new InputError(`--stack ${printable(named)}: is not the ARN of a state machine`);
  if (region !== here.region || account !== here.account) {
    throw new InputError(
      `--stack: the state machine is in account ${account ?? ""}, ${region}; ` +
        `the console shows account ${here.account}, ${here.region}`,
    );
  }
  return "queues" in stack ? stack : { ...stack, queues: await queuesOf(stack.stateMachineArn, sfn) };
}

async function fromOutputs(name: string, region: string, runPulumi: RunPulumi): Promise<DeployedStack> {
  const stack = `--stack ${printable(name)}`;
  if (!STACK_NAME.test(name)) throw new InputError(`${stack}: must be a stack's name or a state machine's ARN`);
  const text = await runPulumi(["stack", "output", "--json", "--stack", name]).catch((error: unknown) => {
    throw new InputError(`${stack}: ${pulumiFailure(error)}`);
  });
  const parsed = outputs.safeParse(parseIfJson(text));
  if (!parsed.success) throw new InputError(`${stack}: its outputs do not name state machines; give the ARN of one`);
  const found = parsed.data.regions[region];
  const regions = Object.keys(parsed.data.regions).join(", ");
  if (found === undefined) throw new InputError(`${stack}: is not deployed in ${region}; its Regions are ${regions}`);
  const { stateMachineArn, workQueueUrl: work, outageQueueUrl: outage, quarantineQueueUrl: quarantine } = found;
  return { stateMachineArn, queues: { work, outage, quarantine } };
}

const pulumi: RunPulumi = async (args) =>
  (await promisify(execFile)("pulumi", [...args], { timeout: PULUMI_MS, maxBuffer: 16 * 1024 * 1024 })).stdout;

function pulumiFailure(error: unknown): string {
  const { code, stderr } = Object(error) as { readonly code?: unknown; readonly stderr?: unknown };
  if (code === "ENOENT") return "the Pulumi CLI is not installed; install it, or give the state machine's ARN";
  const said = typeof stderr === "string" ? stderr.trim().split("\n")[0] : undefined;
  return `pulumi stack output failed: ${printable(said === undefined || said === "" ? "no message" : said)}`;
}

/** The states that send to each queue. */
const SENDERS = { work: "SendToWorkQueue", outage: "ParkForRedrive", quarantine: "SendInvalid" } as const;

/** Reads the queues' URLs from the definition of the state machine. */
async function queuesOf(stateMachineArn: string, sfn: Pick<SFNClient, "send">): Promise<DeployedStack["queues"]> {
  const { definition = "" } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const definitionValue = parseIfJson(definition);
  const urlOf = (state: string): string => {
    const found = queueUrlOf(definitionValue, state);
    if (found !== undefined) return found;
    throw new InputError(`--stack: the state machine has no state ${state}; give the ARN of this program's one`);
  };
  return { work: urlOf(SENDERS.work), outage: urlOf(SENDERS.outage), quarantine: urlOf(SENDERS.quarantine) };
}

/** Returns the queue's URL in the parameters of a state, at any depth: some states are inside a Map. */
function queueUrlOf(value: unknown, state: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found = z.object({ Parameters: z.object({ QueueUrl: url }) }).safeParse(Reflect.get(value, state));
  if (found.success) return found.data.Parameters.QueueUrl;
  for (const part of Object.values(value)) {
    const inside = queueUrlOf(part, state);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
