import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { eventsOf, type AccountScope } from "../parts/account-scope.ts";
import { queueArn } from "../parts/arns.ts";
import type { Queues } from "./queues.ts";

interface FailedExecutionsArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly stateMachineArn: pulumi.Input<string>;
}

/**
 * Creates the rule that sends failed executions to the outage queue, so that redrive retries their nodes. It covers the
 * executions that no Catch sees: stopped by hand, timed out, or failed while parking. The event carries the
 * execution's input.
 *
 * @example
 * const { rule } = new FailedExecutions(`${name}-failed-executions`, { queues, scope, stateMachineArn }, { parent: this });
 */
export class FailedExecutions extends Component {
  readonly rule: aws.cloudwatch.EventRule;

  constructor(name: string, args: FailedExecutionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:FailedExecutions", name, opts);
    const eventPattern = pulumi.jsonStringify({
      ...eventsOf(args.scope),
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [args.stateMachineArn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
    });
    this.rule = new aws.cloudwatch.EventRule(
      name,
      { description: "Patch Manager Findings: retries the nodes of failed executions", eventPattern },
      { parent: this },
    );
    const { outage, quarantine } = args.queues;
    new aws.cloudwatch.EventTarget(
      // With "-target" the longest names would have more than the 64 characters of a target's id.
      name,
      {
        rule: this.rule.name,
        arn: queueArn(args.scope, outage),
        deadLetterConfig: { arn: queueArn(args.scope, quarantine) },
      },
      { parent: this, aliases: [{ name: `${name}-target` }] },
    );
    this.registerOutputs({});
  }
}
