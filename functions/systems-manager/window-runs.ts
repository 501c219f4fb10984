import {
  DescribeMaintenanceWindowExecutionTaskInvocationsCommand,
  ListCommandInvocationsCommand,
  SSMClient,
  paginateDescribeMaintenanceWindowExecutionTasks,
  type CommandInvocation,
} from "@aws-sdk/client-ssm";
import { CALL_LIMITS } from "../runtime/failure.ts";
import { allItems } from "./pages.ts";
import { toDomainError } from "./failure.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Answers that say that a task ran nothing, or that its command is not known any more: Systems Manager keeps it 30 days. */
const NO_INVOCATIONS = new Set(["DoesNotExistException", "InvalidCommandId", "InvocationDoesNotExist"]);
/** Other tasks have ids of other forms, and ListCommandInvocations refuses those before it looks for a command. */
const COMMAND_ID = /^[\w-]{36}$/;

/** What Systems Manager keeps of one execution of a maintenance window; only its Run Command tasks are of interest. */
export interface WindowRuns {
  /** Ids of the window execution's Run Command tasks, in the order in which Systems Manager lists them. */
  commandTasks(windowExecutionId: string): Promise<string[]>;
  /** One page of a task's commands, by their ids; an invocation that made no command is there as undefined. */
  commands(windowExecutionId: string, taskId: string, token?: string): Promise<Page<string | undefined>>;
  /** At most 50 nodes of a command; none where Systems Manager knows no such command. */
  invocations(commandId: string, token?: string): Promise<Page<CommandInvocation>>;
}

const TASKS_PAGE = 100;
const NODES_PAGE = 50;
const MAX_ATTEMPTS = 5;

export function windowRuns(client = new SSMClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS })): WindowRuns {
  return {
    commandTasks: async (WindowExecutionId) => {
      const pages = paginateDescribeMaintenanceWindowExecutionTasks(
        { client, pageSize: TASKS_PAGE },
        { WindowExecutionId },
      );
      const tasks = await named(() => allItems(pages, (page) => page.WindowExecutionTaskIdentities));
      return tasks.flatMap(({ TaskType, TaskExecutionId }) => (isCommand(TaskType) ? (TaskExecutionId ?? []) : []));
    },
    commands: async (WindowExecutionId, TaskId, NextToken) => {
      const input = { WindowExecutionId, TaskId, MaxResults: TASKS_PAGE, NextToken };
      const answer = await knownOrNone(() =>
        client.send(new DescribeMaintenanceWindowExecutionTaskInvocationsCommand(input)),
      );
      const invocations = answer?.WindowExecutionTaskInvocationIdentities ?? [];
      return page(
        invocations.map(({ ExecutionId }) => (isCommandId(ExecutionId) ? ExecutionId : undefined)),
        answer?.NextToken,
      );
    },
    invocations: async (CommandId, NextToken) => {
      const input = { CommandId, MaxResults: NODES_PAGE, NextToken };
      const answer = await knownOrNone(() => client.send(new ListCommandInvocationsCommand(input)));
      return page(answer?.CommandInvocations ?? [], answer?.NextToken);
    },
  };
}

/** A task of unknown type is looked at: its ids lead to no command where it is none. */
function isCommand(type: string | undefined): boolean {
  return type === undefined || type === "RUN_COMMAND";
}

function isCommandId(id: string | undefined): boolean {
  return id !== undefined && COMMAND_ID.test(id);
}

function page<Item>(items: readonly Item[], token: string | undefined): Page<Item> {
  return { items, ...(token !== undefined && token !== "" && { next: token }) };
}

async function named<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw toDomainError(error);
  }
}

/** One task without invocations must not cost the window's other nodes. */
async function knownOrNone<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await named(call);
  } catch (error) {
    if (error instanceof Error && NO_INVOCATIONS.has(error.name)) return undefined;
    throw error;
  }
}
