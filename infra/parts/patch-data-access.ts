import * as pulumi from "@pulumi/pulumi";
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
