import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { queueArn, queueUrl, ruleArn } from "../parts/arns.ts";
import { readFindings } from "../parts/findings-access.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { readNodeTags, readPatchStates } from "../parts/patch-data-access.ts";
import { queuePolicy } from "../parts/policy.ts";
import { visibilityTimeoutSeconds } from "../parts/queue-consumer.ts";
import { queueEncryption } from "../parts/queue-key.ts";
import { every } from "../parts/schedule.ts";
import type { StackContext } from "../stack-context.ts";

interface SweepArgs {
  readonly context: StackContext;
}

/** As long as Lambda allows: each turn reads all open findings again. */
const TIMEOUT_SECONDS = 900;
/** DescribeInstances has no resource types (Service Authorization Reference, Amazon EC2). */
const DESCRIBE_INSTANCES = { Effect: "Allow" as const, Action: ["ec2:DescribeInstances"], Resource: "*" };
/** An older turn belongs to a sweep that the next sweep has overtaken. */
const RETENTION_SECONDS = 6 * 60 * 60;

/**
 * Creates the sweep function. On a schedule it compares every managed node with its findings, so a lost event is
 * harmless. A sweep runs in turns: each turn sends its position to the sweep's own queue.
 *
 * @example
 * const { functionName, schedule } = new Sweep(`${name}-sweep`, { context }, { parent: this });
 */
export class Sweep extends Component {
  readonly functionName: pulumi.Output<string>;
  readonly schedule: aws.cloudwatch.EventRule;

  constructor(name: string, { context }: SweepArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Sweep", name, opts);
    const queue = this.createQueue(`${name}-queue`, context);
    const sweep = this.createFunction(name, queue, context);
    this.schedule = this.createSchedule(name, queue, context);
    // The sweep limits its turns by the number of pages.
    sweep.allowLoop();
    this.functionName = sweep.name;
    this.registerOutputs({ functionName: this.functionName });
  }

  /** There is no dead-letter queue: the next sweep reaches the nodes that this one missed. */
  private createQueue(name: string, { scope, settings }: StackContext): aws.sqs.Queue {
    return new aws.sqs.Queue(
      name,
      {
        ...queueEncryption(settings, scope),
        messageRetentionSeconds: RETENTION_SECONDS,
        visibilityTimeoutSeconds: visibilityTimeoutSeconds(TIMEOUT_SECONDS),
      },
      { parent: this },
    );
  }

  private createFunction(name: string, queue: aws.sqs.Queue, context: StackContext): LambdaFunction {
    const { queues, scope, settings } = context;
    return new LambdaFunction(
      name,
      {
        entry: "sweep",
        description: "Patch Manager Findings: compares every managed node with its findings",
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        context,
        variables: { SWEEP_QUEUE_URL: queueUrl(scope, queue) },
        // Turns run one after the other; 2 is the smallest concurrency that Lambda accepts.
        consumes: { queue, batchSize: 1, maximumConcurrency: 2 },
        sendsTo: [queues.work, queue],
        statements: [
          readPatchStates(scope),
          {
            Effect: "Allow",
            Action: ["ssm:DescribeInstanceInformation", "ssm:ListResourceComplianceSummaries"],
            // These actions have no resource types (Service Authorization Reference).
            Resource: "*",
          },
          readFindings(scope),
          ...readNodeTags(settings),
          ...(settings.unmanagedInstances === undefined ? [] : [DESCRIBE_INSTANCES]),
        ],
      },
      { parent: this },
    );
  }

  /** The schedule sends to the queue, so that Lambda retries a turn that fails. */
  private createSchedule(
    name: string,
    queue: aws.sqs.Queue,
    { scope, settings: { sweepHours, export: isEnabled } }: StackContext,
  ): aws.cloudwatch.EventRule {
    const parent = { parent: this };
    const rule = new aws.cloudwatch.EventRule(
      `${name}-schedule`,
      {
        description: "Patch Manager Findings: starts a sweep",
        scheduleExpression: every(sweepHours, "hour"),
        state: isEnabled ? "ENABLED" : "DISABLED",
      },
      parent,
    );
    const policy = queuePolicy(queueArn(scope, queue), ruleArn(scope, rule));
    new aws.sqs.QueuePolicy(`${name}-access`, { queueUrl: queueUrl(scope, queue), policy }, parent);
    new aws.cloudwatch.EventTarget(`${name}-target`, { rule: rule.name, arn: queueArn(scope, queue) }, parent);
    return rule;
  }
}
