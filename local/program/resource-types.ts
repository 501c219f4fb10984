/** The resource types that the local cloud knows. One that it does not know stops the run. */
import * as z from "zod";
import type { CapturedResource } from "./captured-resource.ts";
import { readInputs } from "./resource-inputs.ts";
import type { Roles } from "../services/iam/roles.ts";

/** Types with behaviour, in the order in which they are deployed. */
const DEPLOYED = [
  "aws:sqs/queue:Queue",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lambda/function:Function",
  "aws:sfn/stateMachine:StateMachine",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:lambda/permission:Permission",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask",
] as const;
type DeployedType = (typeof DEPLOYED)[number];

/** Types that do nothing by themselves when the program runs. */
const PASSIVE = new Set([
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:securityhub/account:Account",
  "aws:securityhub/insight:Insight",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
  "pulumi:providers:aws",
  "pulumi:pulumi:Stack",
]);
const OWN_COMPONENTS = "patch-manager-findings:";

/** The captured resources by type. */
export interface SortedGraph {
  of(type: DeployedType): readonly CapturedResource[];
  /** @throws {Error} when no queue has this URL */
  queueArn(url: string): string;
}

/** @throws {Error} naming a resource of a type that the local run does not know */
export function sortByType(resources: readonly CapturedResource[]): SortedGraph {
  const known = new Set<string>(DEPLOYED);
  for (const { type, name } of resources) {
    if (known.has(type) || PASSIVE.has(type) || type.startsWith(OWN_COMPONENTS)) continue;
    throw new Error(
      `resource ${name} has type ${type}, which the local run does not know; teach it in local/program/resource-types.ts`,
    );
  }
  return {
    of: (type) => resources.filter((resource) => resource.type === type),
    queueArn: (url) => {
      const queue = resources.find((resource) => resource.type === "aws:sqs/queue:Queue" && resource.id === url);
      if (queue === undefined) throw new Error(`no queue of the graph has the URL ${JSON.stringify(url)}`);
      return queue.arn;
    },
  };
}

const roleSchema = z.strictObject({
  name: z.string().optional(),
  namePrefix: z.string().optional(),
  description: z.string().optional(),
  assumeRolePolicy: z.string(),
  maxSessionDuration: z.number().optional(),
  permissionsBoundary: z.string().optional(),
});
const rolePolicySchema = z.strictObject({ name: z.string().optional(), role: z.string(), policy: z.string() });

/** Registers roles and their inline policies. */
export function addRoles(graph: SortedGraph, roles: Roles): void {
  for (const resource of graph.of("aws:iam/role:Role")) {
    roles.add(resource.id, resource.arn, readInputs(resource, roleSchema).assumeRolePolicy);
  }
  for (const resource of graph.of("aws:iam/rolePolicy:RolePolicy")) {
    const inputs = readInputs(resource, rolePolicySchema);
    roles.attach(inputs.role, inputs.policy);
  }
}
