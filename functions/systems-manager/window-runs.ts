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

/** Errors of a task that ran nothing, or whose command is older than 30 days (General Reference, "Systems Manager quotas"). */
const NO_INVOCATIONS = new Set(["DoesNotExistException", "InvalidCommandId", "InvocationDoesNotExist"]);
/** Matches command ids. Tasks of other types have other ids, and ListCommandInvocations refuses them. */
const COMMAND_ID = /^[\w-]{36}$/;

/** The reads of one execution of a maintenance window. Only its Run Command tasks matter. */
export interface WindowRuns {
  /** Returns the ids of the Run Command tasks, in the order in which Systems Manager lists them. */
  commandTasks(windowExecutionId: string): Promise<string[]>;
  /** Returns one page of a task's command ids; undefined stands for an invocation without a command. */
  commands(windowExecutionId: string, taskId: string, token?: string): Promise<Page<string | undefined>>;
  /** Returns at most 50 nodes of a command, or none if Systems Manager does not know the command. */
  invocations(commandId: string, token?: string): Promise<Page<CommandInvocation>>;
}

const TASKS_PAGE = 100;
const NODES_PAGE = 50;
const MAX_CALL_ATTEMPTS = 5;

/**
 * Returns the reads of maintenance windows.
 *
 * @example
 * const tasks = await windowRuns().commandTasks(windowExecutionId);
 */
export function windowRuns(client = new SSMClient({ ...CALL_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS })): WindowRuns {
  return {
    commandTasks: async (WindowExecutionId) => {
      const pages = paginateDescribeMaintenanceWindowExecutionTasks(
        { client, pageSize: TASKS_PAGE },
        { WindowExecutionId },
      );
      const tasks = await withDomainErrors(() => allItems(pages, (page) => page.WindowExecutionTaskIdentities));
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

/** Returns whether the task may be a Run Command task. If its type is unknown, its ids decide. */
function isCommand(type: string | undefined): boolean {
  return type === undefined || type === "RUN_COMMAND";
}

function isCommandId(id: string | undefined): boolean {
  return id !== undefined && COMMAND_ID.test(id);
}

function page<Item>(items: readonly Item[], token: string | undefined): Page<Item> {
  return { items, ...(token !== undefined && token !== "" && { next: token }) };
}

async function withDomainErrors<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw toDomainError(error);
  }
}

/** Returns undefined for a task without invocations, so that the window's other nodes are still read. */
async function knownOrNone<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await withDomainErrors(call);
  } catch (error) {
    if (error instanceof Error && NO_INVOCATIONS.has(error.name)) return undefined;
    throw error;
  }
}
