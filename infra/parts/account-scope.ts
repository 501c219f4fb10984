import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The account and Region of a component's resources. */
export interface AccountScope {
  readonly partition: pulumi.Output<string>;
  readonly account: pulumi.Output<string>;
  /** The end of the host names of AWS's services, such as `amazonaws.com`. */
  readonly dnsSuffix: pulumi.Output<string>;
  readonly region: string;
}

/** Returns the scope of the provider's account. */
export function accountScope(region: string, opts: pulumi.InvokeOutputOptions): AccountScope {
  const { partition, dnsSuffix } = aws.getPartitionOutput({}, opts);
  return {
    region,
    partition,
    dnsSuffix,
    account: aws.getCallerIdentityOutput({}, opts).accountId,
  };
}

/**
 * Returns the part of an event pattern that matches only events of this account and Region. Organizations forward
 * events to a central default bus, and a forwarded event keeps its original `account` and `region` (Amazon EventBridge
 * User Guide, "Sending and receiving events between AWS accounts").
 */
export function eventsOf({ account, region }: AccountScope) {
  return { account: [account], region: [region] };
}
