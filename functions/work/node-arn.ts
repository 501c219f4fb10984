import type { AccountScope } from "./account-scope.ts";
import { isHybrid } from "./node-reference.ts";

/** What the ARNs of a deployment's nodes have in common. */
export interface NodeScope extends AccountScope {
  readonly partition: string;
}

/** Returns the ARN of an EC2 instance or of a managed instance. */
export function nodeArn({ partition, region, account }: NodeScope, nodeId: string): string {
  return isHybrid(nodeId)
    ? `arn:${partition}:ssm:${region}:${account}:managed-instance/${nodeId}`
    : `arn:${partition}:ec2:${region}:${account}:instance/${nodeId}`;
}
