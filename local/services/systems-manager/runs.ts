import { z } from "zod";
import type { WindowTask, WindowTaskInvocation } from "../../fleet/fleet.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import { page } from "./paging.ts";
import type { RegionData } from "./region-data.ts";
import { NODE_ID_SHAPE, paging, readRequest } from "./request.ts";

const COMMAND_FILTER_KEYS = ["Status", "DocumentName"] as const;

const INVOCATIONS_REQUEST = z.strictObject({
  CommandId: z.string().min(36).max(36).optional(),
  InstanceId: NODE_ID_SHAPE.optional(),
  Details: z.boolean().optional(),
  Filters: z
    .array(z.strictObject({ key: z.string(), value: z.string().min(1).max(128) }))
    .min(1)
    .max(5)
    .optional(),
  ...paging(1, 50),
});

/** Returns command invocations, with plugins (their output) only if Details is true. */
export function listCommandInvocations(data: RegionData, input: unknown): object {
  const request = readRequest("ListCommandInvocations", INVOCATIONS_REQUEST, input);
  const { CommandId, InstanceId, Details = false } = request;
  const filters = (request.Filters ?? []).map(({ key, value }) => {
    const known = COMMAND_FILTER_KEYS.find((name) => name === key);
    if (known === undefined) throw unsupported("ListCommandInvocations", key);
    return { known, value };
  });
  const all = data.fleet.commandInvocations ?? [];
  const { items, next } = page("ListCommandInvocations", request, all, 50, (invocation) => {
    if (CommandId !== undefined && invocation.CommandId !== CommandId) return false;
    if (InstanceId !== undefined && invocation.InstanceId !== InstanceId) return false;
    return filters.every(({ known, value }) => invocation[known] === value);
  });
  const withPlugins = items.map(({ CommandPlugins = [], ...invocation }) => ({
    ...invocation,
    CommandPlugins: Details ? CommandPlugins : [],
  }));
  return { CommandInvocations: withPlugins, ...next };
}

const ASSOCIATION_FILTERS = new Map([
  ["InstanceId", "InstanceId"],
  ["Name", "Name"],
  ["AssociationId", "AssociationId"],
  ["AssociationName", "AssociationName"],
] as const);

const ASSOCIATIONS_REQUEST = z.strictObject({
  AssociationFilterList: z
    .array(z.strictObject({ key: z.string(), value: z.string().min(1) }))
    .min(1)
    .optional(),
  ...paging(1, 50),
});

/** Returns the State Manager associations of the Region. */
export function listAssociations(data: RegionData, input: unknown): object {
  const request = readRequest("ListAssociations", ASSOCIATIONS_REQUEST, input);
  const filters = (request.AssociationFilterList ?? []).map(({ key, value }) => {
    const field = [...ASSOCIATION_FILTERS.values()].find((name) => name === key);
    if (field === undefined) throw unsupported("ListAssociations", key);
    return { field, value };
  });
  const all = data.fleet.associations ?? [];
  const { items, next } = page("ListAssociations", request, all, 50, (association) =>
    filters.every(({ field, value }) => association[field] === value),
  );
  return { Associations: items, ...next };
}

const UUID = z.string().min(36).max(36);
const TASKS_REQUEST = z.strictObject({ WindowExecutionId: UUID, ...paging(10, 100) });
const TASK_INVOCATIONS_REQUEST = z.strictObject({ WindowExecutionId: UUID, TaskId: UUID, ...paging(10, 100) });

/**
 * Returns the tasks of a window execution.
 * @throws {ServiceError} DoesNotExistException for an unknown window execution
 */
export function describeMaintenanceWindowExecutionTasks(data: RegionData, input: unknown): object {
  const request = readRequest("DescribeMaintenanceWindowExecutionTasks", TASKS_REQUEST, input);
  const tasks = data.fleet.windowTasks ?? [];
  const ofExecution = tasks.filter((task) => task.WindowExecutionId === request.WindowExecutionId);
  if (ofExecution.length === 0) throw doesNotExist(request.WindowExecutionId);
  const { items, next } = page("DescribeMaintenanceWindowExecutionTasks", request, ofExecution, 50);
  return { WindowExecutionTaskIdentities: items, ...next };
}

/**
 * Returns the invocations of a task. For a RUN_COMMAND task, ExecutionId is the command's id. A task without targets
 * has no invocations.
 * @throws {ServiceError} DoesNotExistException for an unknown task
 */
export function describeMaintenanceWindowExecutionTaskInvocations(data: RegionData, input: unknown): object {
  const operation = "DescribeMaintenanceWindowExecutionTaskInvocations";
  const request = readRequest(operation, TASK_INVOCATIONS_REQUEST, input);
  const ofTask = (each: WindowTask | WindowTaskInvocation): boolean =>
    each.WindowExecutionId === request.WindowExecutionId && each.TaskExecutionId === request.TaskId;
  const invocations = (data.fleet.windowTaskInvocations ?? []).filter(ofTask);
  if (invocations.length === 0 && data.fleet.windowTasks?.some(ofTask) !== true) throw doesNotExist(request.TaskId);
  const { items, next } = page(operation, request, invocations, 50);
  return { WindowExecutionTaskInvocationIdentities: items, ...next };
}

function doesNotExist(id: string): ServiceError {
  return new ServiceError("DoesNotExistException", `Maintenance window execution ${id} does not exist`);
}

function unsupported(operation: string, key: string): Error {
  return new Error(`The Systems Manager stand-in does not know ${operation}'s filter ${key}`);
}
