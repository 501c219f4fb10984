import * as pulumi from "@pulumi/pulumi";
import { metricsEnvironment } from "../parts/function-environment.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import type { StackContext } from "../stack-context.ts";

export interface DispatcherArgs {
  readonly context: StackContext;
  readonly stateMachineArn: pulumi.Input<string>;
}

export const DISPATCH_TIMEOUT_SECONDS = 60;

/**
 * Creates the dispatch function, which reads the work queue and starts executions of the state machine.
 *
 * @example
 * const { functionName } = new Dispatcher(`${name}-dispatch`, { context, stateMachineArn }, { parent: this });
 */
export class Dispatcher extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, { context, stateMachineArn }: DispatcherArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Dispatcher", name, {}, opts);
    const { queues, scope, settings } = context;
    const dispatch = new LambdaFunction(
      name,
      {
        entry: "dispatch",
        description: "Patch Manager Findings: starts executions for the nodes that events name",
        timeoutSeconds: DISPATCH_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        context,
        environment: {
          ...metricsEnvironment(context),
          ACCOUNT_ID: scope.account,
          STATE_MACHINE_ARN: stateMachineArn,
          WORK_QUEUE_URL: queues.work.url,
          OUTAGE_QUEUE_URL: queues.outage.url,
          QUARANTINE_QUEUE_URL: queues.quarantine.url,
        },
        consumes: {
          queue: queues.work,
          batchSize: settings.batchSize,
          batchingWindowSeconds: settings.batchingWindowSeconds,
          maximumConcurrency: settings.maximumConcurrency,
          reportsFailures: true,
          returnsMessages: true,
        },
        sendsTo: [queues.outage, queues.quarantine],
        statements: [{ Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachineArn }],
      },
      { parent: this },
    );
    this.functionName = dispatch.name;
    this.registerOutputs({ functionName: this.functionName });
  }
}
