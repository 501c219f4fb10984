/** Reads the last executions of the deployed state machine, and the node references in their inputs. */
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  paginateListStateMachines,
  type ExecutionListItem,
} from "@aws-sdk/client-sfn";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import { readReferences } from "../../functions/work/work-message.ts";
import type { Account } from "./account.ts";

/** An execution with its input, as far as it could be read. */
export interface ReadExecution {
  readonly name: string;
  readonly status: string;
  /** The name of the error that ended it. */
  readonly error?: string;
  /** Absent for an execution of a maintenance window, whose input names the window. */
  readonly references?: readonly NodeReference[];
  readonly isWindow: boolean;
}

/** The last executions of all state machines with this stack's name. */
export interface Executions {
  readonly machines: number;
  readonly executions: readonly ReadExecution[];
}

/** Executions that are described, of each state machine. */
const MAX_EXECUTIONS = 25;

/** Reads the last executions. @throws {Error} from Step Functions */
export async function readExecutions(account: Account): Promise<Executions> {
  const { states } = account.clients;
  const machines = await stateMachines(account);
  const executions: ReadExecution[] = [];
  for (const stateMachineArn of machines) {
    const command = new ListExecutionsCommand({ stateMachineArn, maxResults: MAX_EXECUTIONS });
    for (const listed of (await states.send(command)).executions ?? []) executions.push(await read(account, listed));
  }
  return { machines: machines.length, executions };
}

/** Returns the state machines of this program: their names have the form PREFIX-REGION, with a suffix of Pulumi. */
async function stateMachines({ clients, namePrefix, region }: Account): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListStateMachines({ client: clients.states }, {})) {
    for (const { name = "", stateMachineArn } of page.stateMachines ?? []) {
      if (name.startsWith(`${namePrefix}-${region}-`) && stateMachineArn !== undefined) found.push(stateMachineArn);
    }
  }
  return found;
}

async function read({ clients }: Account, listed: ExecutionListItem): Promise<ReadExecution> {
  const { executionArn, name = "", status = "" } = listed;
  const { input = "", error } = await clients.states.send(new DescribeExecutionCommand({ executionArn }));
  const value = parsed(input);
  const isWindow = typeof value === "object" && value !== null && "windowExecutionId" in value;
  const references = isWindow ? undefined : referencesIn(value);
  return { name, status, isWindow, ...(error !== undefined && { error }), ...(references && { references }) };
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

function referencesIn(value: unknown): readonly NodeReference[] | undefined {
  try {
    return readReferences(value);
  } catch {
    return undefined;
  }
}
