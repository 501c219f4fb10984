import * as pulumi from "@pulumi/pulumi";
import { namesTags } from "../settings/stack-policies.ts";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";

/**
 * Returns the permission to read the patch states of all managed nodes. Of the actions that read patch compliance, only
 * this one has resource types (Service Authorization Reference, Systems Manager).
 *
 * @example
 * const statements = [readPatchStates(scope)];
 */
export function readPatchStates({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["ssm:DescribeInstancePatchStates"],
    Resource: [
      pulumi.interpolate`arn:${partition}:ec2:${region}:${account}:instance/*`,
      pulumi.interpolate`arn:${partition}:ssm:${region}:${account}:managed-instance/*`,
    ],
  };
}

/**
 * Returns the permission to read the tags of nodes, if a rule or an exception has a condition on tags. The action has no
 * resource types (Service Authorization Reference, Amazon Resource Group Tagging API).
 *
 * @example
 * const statements = [...readNodeTags(settings)];
 */
export function readNodeTags(settings: Parameters<typeof namesTags>[0]): Statement[] {
  return namesTags(settings) ? [{ Effect: "Allow", Action: ["tag:GetResources"], Resource: "*" }] : [];
}
