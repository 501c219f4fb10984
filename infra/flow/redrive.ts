import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { useQueueKey } from "../parts/queue-key.ts";
import { every } from "../parts/schedule.ts";
import { findingsEnvironment, readFindings, type PublishingArgs } from "../parts/publishing.ts";

const TIMEOUT_SECONDS = 300;

/** Looks into the outage queue on a schedule, and puts work back when Security Hub answers. */
export class Redrive extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly schedule: aws.cloudwatch.EventRule;

  constructor(name: string, args: PublishingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Redrive", name, {}, opts);
    const parent = { parent: this };
    const redrive = this.redrive(name, args);
    const minutes = args.settings.redriveMinutes;
    this.schedule = new aws.cloudwatch.EventRule(
      `${name}-schedule`,
      { scheduleExpression: every(minutes, "minute") },
      parent,
    );
    new aws.lambda.Permission(
      `${name}-permission`,
      {
        action: "lambda:InvokeFunction",
        function: redrive.name,
        principal: "events.amazonaws.com",
        sourceArn: this.schedule.arn,
      },
      parent,
    );
    // Without a dead-letter queue: a run that did not happen is made up for by the next one.
    new aws.cloudwatch.EventTarget(`${name}-target`, { rule: this.schedule.name, arn: redrive.arn }, parent);
    this.functionName = redrive.name;
    this.registerOutputs({});
  }

  private redrive(name: string, { queues, scope, settings, service }: PublishingArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "redrive",
        description: "Patch Manager Findings: puts waiting work back",
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: {
          ...findingsEnvironment(scope, settings, service),
          OUTAGE_QUEUE_URL: queues.outage.url,
          WORK_QUEUE_URL: queues.work.url,
          QUARANTINE_QUEUE_URL: queues.quarantine.url,
        },
        statements: [
          {
            Effect: "Allow",
            Action: [
              "sqs:GetQueueAttributes",
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage",
              "sqs:ChangeMessageVisibility",
            ],
            Resource: queues.outage.arn,
          },
          {
            Effect: "Allow",
            Action: ["sqs:SendMessage"],
            // To the outage queue as well: what would expire there is written anew.
            Resource: [queues.work.arn, queues.outage.arn, queues.quarantine.arn],
          },
          readFindings(scope),
          ...useQueueKey(settings, scope),
        ],
      },
      { parent: this },
    );
  }
}
