import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { eventsOf, type AccountScope } from "../parts/account-scope.ts";
import { queueArn } from "../parts/arns.ts";
import type { Queues } from "./queues.ts";

const DOCUMENTS = ["AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks", "AWS-RunPatchBaselineAssociation"];

/** A document's plain name, or an ARN that ends in it. */
const DOCUMENT_NAME = [...DOCUMENTS, ...DOCUMENTS.map((name) => ({ suffix: `:document/${name}` }))];

/**
 * The events after which a node is checked.
 *
 * The patterns exclude the states before the end, because Systems Manager spells end states in several ways (`Canceled`
 * and `Cancelled`, `TimedOut` and `DeliveryTimedOut`). A check too many is harmless; a check too few loses a node.
 */
const EVENTS = {
  command: {
    purpose: "checks a node after Run Command ran a patch document on it",
    pattern: {
      source: ["aws.ssm"],
      "detail-type": ["EC2 Command Invocation Status-change Notification"],
      detail: {
        "document-name": DOCUMENT_NAME,
        status: [{ "anything-but": ["Pending", "InProgress", "Delayed", "Cancelling"] }],
      },
    },
  },
  association: {
    purpose: "checks a node after State Manager ran a patch document on it",
    pattern: {
      source: ["aws.ssm"],
      "detail-type": ["EC2 State Manager Instance Association State Change"],
      detail: {
        "document-name": DOCUMENT_NAME,
        status: [{ "anything-but": ["Pending", "InProgress"] }],
      },
    },
  },
  compliance: {
    purpose: "checks a node whose patch compliance changed",
    pattern: {
      source: ["aws.ssm"],
      "detail-type": ["Configuration Compliance State Change"],
      detail: { "resource-type": ["managed-instance"], "compliance-type": ["Patch"] },
    },
  },
  termination: {
    purpose: "closes the finding of a terminated EC2 instance",
    pattern: {
      source: ["aws.ec2"],
      "detail-type": ["EC2 Instance State-change Notification"],
      detail: { state: ["terminated"] },
    },
  },
  // AWS does not publish the shape of its detail, so the pattern has none.
  deregister: {
    purpose: "closes the finding of a deregistered hybrid node",
    pattern: { source: ["aws.ssm"], "detail-type": ["SSM Managed Instance Deregistration"] },
  },
};

interface TriggersArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  /** Whether the rules are enabled. */
  readonly enabled: boolean;
}

/**
 * Creates the EventBridge rules that send patch events to the work queue. The rules send whole events, because an input
 * transformer does not escape the JSON texts inside them.
 *
 * @example
 * const { rules } = new Triggers(`${name}-triggers`, { queues, scope, enabled: true }, { parent: this });
 */
export class Triggers extends Component {
  /** The rules by the kind of event that they match. */
  readonly rules: Readonly<Record<string, aws.cloudwatch.EventRule>>;

  constructor(name: string, args: TriggersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Triggers", name, opts);
    const { scope, enabled } = args;
    const state = enabled ? "ENABLED" : "DISABLED";
    this.rules = Object.fromEntries(
      Object.entries(EVENTS).map(([kind, { purpose, pattern }]) => {
        const rule = {
          description: `Patch Manager Findings: ${purpose}`,
          eventPattern: pulumi.jsonStringify({ ...eventsOf(scope), ...pattern }),
          state,
        };
        return [kind, this.createRule(`${name}-${kind}`, rule, args)];
      }),
    );
    this.registerOutputs({});
  }

  private createRule(
    name: string,
    args: aws.cloudwatch.EventRuleArgs,
    { scope, queues: { work, outage } }: TriggersArgs,
  ): aws.cloudwatch.EventRule {
    const rule = new aws.cloudwatch.EventRule(name, args, { parent: this });
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        arn: queueArn(scope, work),
        deadLetterConfig: { arn: queueArn(scope, outage) },
      },
      { parent: this, aliases: [{ name: `${name}-target` }] },
    );
    return rule;
  }
}
