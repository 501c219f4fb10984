import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { metricsEnvironment, type PublishingArgs } from "../parts/publishing.ts";
import { useQueueKey } from "../parts/queue-key.ts";

export interface DispatcherArgs extends PublishingArgs {
  readonly stateMachineArn: pulumi.Input<string>;
}

export const DISPATCH_TIMEOUT_SECONDS = 60;

/** Work queue to state machine. */
export class Dispatcher extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: DispatcherArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Dispatcher", name, {}, opts);
    const { queues, settings } = args;
    const dispatch = this.dispatch(name, args);
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: queues.work.arn,
        functionName: dispatch.arn,
        batchSize: settings.batchSize,
        maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: settings.maximumConcurrency },
      },
      { parent: this },
    );
    this.functionName = dispatch.name;
    this.registerOutputs({});
  }

  private dispatch(name: string, args: DispatcherArgs): LambdaFunction {
    const { queues, scope, stateMachineArn, settings, service } = args;
    return new LambdaFunction(
      name,
      {
        entry: "dispatch",
        description: "Patch Manager Findings: starts executions for the nodes that events name",
        timeoutSeconds: DISPATCH_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: {
          ...metricsEnvironment(service),
          ACCOUNT_ID: scope.account,
          STATE_MACHINE_ARN: stateMachineArn,
          WORK_QUEUE_URL: queues.work.url,
          OUTAGE_QUEUE_URL: queues.outage.url,
          QUARANTINE_QUEUE_URL: queues.quarantine.url,
        },
        statements: [
          {
            Effect: "Allow",
            Action: [
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage",
              "sqs:GetQueueAttributes",
              "sqs:ChangeMessageVisibility",
            ],
            Resource: queues.work.arn,
          },
          { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queues.outage.arn, queues.quarantine.arn] },
          { Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachineArn },
          ...useQueueKey(settings, scope),
        ],
      },
      { parent: this },
    );
  }
}
