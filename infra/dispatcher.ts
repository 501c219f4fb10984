import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";
import { LambdaFunction } from "./lambda-function.ts";
import { useQueueKey } from "./queue-key.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

export interface DispatcherArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly stateMachineArn: pulumi.Input<string>;
  readonly settings: Settings;
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

  private dispatch(name: string, { queues, scope, stateMachineArn, settings }: DispatcherArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "dispatch",
        description: "Patch Manager Findings: starts executions for the nodes that events name",
        timeoutSeconds: DISPATCH_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: {
          STATE_MACHINE_ARN: stateMachineArn,
          WORK_QUEUE_URL: queues.work.url,
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
          { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: queues.quarantine.arn },
          { Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachineArn },
          ...useQueueKey(settings, scope),
        ],
      },
      { parent: this },
    );
  }
}
