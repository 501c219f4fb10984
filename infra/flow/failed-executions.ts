import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { eventsOf, type AccountScope } from "../parts/account-scope.ts";
import type { Queues } from "./queues.ts";

export interface DeadExecutionsArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly stateMachineArn: pulumi.Input<string>;
}

/**
 * No Catch sees an execution that was stopped by hand, ran into its time-out, or failed to park. Its event carries its
 * input, so the event itself goes to the outage queue, and the work is done again.
 */
export class DeadExecutions extends pulumi.ComponentResource {
  readonly rule: aws.cloudwatch.EventRule;

  constructor(name: string, args: DeadExecutionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:DeadExecutions", name, {}, opts);
    const eventPattern = pulumi.jsonStringify({
      ...eventsOf(args.scope),
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [args.stateMachineArn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
    });
    this.rule = new aws.cloudwatch.EventRule(name, { eventPattern }, { parent: this });
    const { outage, quarantine } = args.queues;
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      { rule: this.rule.name, arn: outage.arn, deadLetterConfig: { arn: quarantine.arn } },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
