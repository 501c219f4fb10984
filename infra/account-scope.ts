import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where a component's resources live. */
export interface AccountScope {
  readonly partition: pulumi.Output<string>;
  readonly account: pulumi.Output<string>;
  readonly region: string;
}

export function accountScope(region: string, opts: pulumi.InvokeOutputOptions): AccountScope {
  return {
    region,
    partition: aws.getPartitionOutput({}, opts).partition,
    account: aws.getCallerIdentityOutput({}, opts).accountId,
  };
}
