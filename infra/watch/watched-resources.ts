import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../stack-context.ts";

/** EventBridge rules by what they match or start. */
export type Rules = Readonly<Record<string, aws.cloudwatch.EventRule>>;

/** What the alarms and the dashboard watch. */
export interface WatchedResources extends StackContext {
  readonly stateMachineArn: pulumi.Input<string>;
  /** Rules that send patch events to the work queue. */
  readonly eventRules: Rules;
  /** Rule that sends failed executions to the outage queue. */
  readonly failedExecutions: aws.cloudwatch.EventRule;
  /** Rules that start redrive and the sweep. */
  readonly schedules: { readonly redrive: aws.cloudwatch.EventRule; readonly sweep: aws.cloudwatch.EventRule };
  /** The queue of notifications that were not delivered, if the Region sends any. */
  readonly undelivered?: aws.sqs.Queue | undefined;
  /** Function names. */
  readonly dispatchFunction: pulumi.Input<string>;
  readonly redriveFunction: pulumi.Input<string>;
  readonly sweepFunction: pulumi.Input<string>;
}
