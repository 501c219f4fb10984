import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { queuePolicy } from "../parts/policy.ts";
import { queueEncryption, useQueueKey } from "../parts/queue-key.ts";
import { every } from "../parts/schedule.ts";
import { findingsEnvironment, readFindings, type PublishingArgs } from "../parts/publishing.ts";

const TIMEOUT_SECONDS = 300;
/** A turn that waits longer belongs to a sweep that the next one has overtaken. */
const RETENTION_SECONDS = 6 * 60 * 60;

/** Looks at every managed node and every open finding on a schedule, so that a lost event does no lasting harm. */
export class Sweep extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly schedule: aws.cloudwatch.EventRule;

  constructor(name: string, args: PublishingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Sweep", name, {}, opts);
    const parent = { parent: this };
    // Without a dead-letter queue: what a sweep does not reach, the next one does.
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        ...queueEncryption(args.settings, args.scope),
        messageRetentionSeconds: RETENTION_SECONDS,
        visibilityTimeoutSeconds: 6 * TIMEOUT_SECONDS,
      },
      parent,
    );
    const sweep = this.sweep(name, queue, args);
    this.schedule = this.startsOnSchedule(name, queue, args.settings);
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      // One turn hands on to the next; 2 is the least that Lambda takes.
      { eventSourceArn: queue.arn, functionName: sweep.arn, batchSize: 1, scalingConfig: { maximumConcurrency: 2 } },
      parent,
    );
    // Lambda ends loops through SQS after about 16 turns. This one has a bound of its own, in pages.
    new aws.lambda.FunctionRecursionConfig(
      `${name}-recursion`,
      { functionName: sweep.name, recursiveLoop: "Allow" },
      parent,
    );
    this.functionName = sweep.name;
    this.registerOutputs({});
  }

  private startsOnSchedule(
    name: string,
    queue: aws.sqs.Queue,
    { sweepHours: hours, export: isOn }: PublishingArgs["settings"],
  ): aws.cloudwatch.EventRule {
    const parent = { parent: this };
    const rule = new aws.cloudwatch.EventRule(
      `${name}-schedule`,
      {
        scheduleExpression: every(hours, "hour"),
        state: isOn ? "ENABLED" : "DISABLED",
      },
      parent,
    );
    const policy = queuePolicy(queue.arn, rule.arn);
    new aws.sqs.QueuePolicy(`${name}-access`, { queueUrl: queue.url, policy }, parent);
    new aws.cloudwatch.EventTarget(`${name}-target`, { rule: rule.name, arn: queue.arn }, parent);
    return rule;
  }

  private sweep(
    name: string,
    queue: aws.sqs.Queue,
    { queues, scope, settings, service }: PublishingArgs,
  ): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "sweep",
        description: "Patch Manager Findings: looks at every managed node and every open finding",
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        settings,
        environment: {
          ...findingsEnvironment(scope, settings, service),
          SWEEP_QUEUE_URL: queue.url,
          WORK_QUEUE_URL: queues.work.url,
        },
        statements: [
          {
            Effect: "Allow",
            Action: ["ssm:DescribeInstanceInformation", "ec2:DescribeInstances"],
            // These reads know no resource (Service Authorization Reference).
            Resource: "*",
          },
          readFindings(scope),
          {
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            Resource: queue.arn,
          },
          { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queues.work.arn, queue.arn] },
          ...useQueueKey(settings, scope),
        ],
      },
      { parent: this },
    );
  }
}
