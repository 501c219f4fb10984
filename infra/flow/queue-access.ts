import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import type { AccountScope } from "../parts/account-scope.ts";
import { queueArn, queueUrl, ruleArn } from "../parts/arns.ts";
import { queuePolicy } from "../parts/policy.ts";
import type { Queues } from "./queues.ts";

type Rules = readonly aws.cloudwatch.EventRule[];

interface QueueAccessArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  /** The rules that may send to each queue. All are given here, because a queue has one policy. */
  readonly senders: { readonly work: Rules; readonly outage: Rules; readonly quarantine: Rules };
}

/**
 * Creates the queues' policies: which EventBridge rules may send to which queue.
 *
 * @example
 * new QueueAccess(`${name}-access`, { queues, scope, senders: { work: [command], outage: [command], quarantine: [] } });
 */
export class QueueAccess extends Component {
  constructor(name: string, { queues, scope, senders }: QueueAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:QueueAccess", name, opts);
    for (const kind of ["work", "outage", "quarantine"] as const) {
      const queue = queues[kind];
      const ruleArns = senders[kind].map((rule) => ruleArn(scope, rule));
      const policy = queuePolicy(queueArn(scope, queue), pulumi.all(ruleArns));
      new aws.sqs.QueuePolicy(`${name}-${kind}`, { queueUrl: queueUrl(scope, queue), policy }, { parent: this });
    }
    this.registerOutputs({});
  }
}
