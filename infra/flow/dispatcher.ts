import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import type { StackContext } from "../stack-context.ts";

interface DispatcherArgs {
  readonly context: StackContext;
  readonly stateMachineArn: pulumi.Input<string>;
}

/** Long enough to wait until executions end, so that few batches go back to the work queue. */
export const DISPATCH_TIMEOUT_SECONDS = 120;

/**
 * Creates the dispatch function, which reads the work queue and starts executions of the state machine.
 *
 * @example
 * const { functionName } = new Dispatcher(`${name}-dispatch`, { context, stateMachineArn }, { parent: this });
 */
export class Dispatcher extends Component {
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, { context, stateMachineArn }: DispatcherArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Dispatcher", name, opts);
    const { queues, settings } = context;
    const dispatch = new LambdaFunction(
      name,
      {
        entry: "dispatch",
        description: "Patch Manager Findings: starts executions for the nodes that events name",
        timeoutSeconds: DISPATCH_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        context,
        variables: { STATE_MACHINE_ARN: stateMachineArn },
        consumes: {
          queue: queues.work,
          batchSize: settings.batchSize,
          batchingWindowSeconds: settings.batchingWindowSeconds,
          maximumConcurrency: settings.maximumConcurrency,
          reportsFailures: true,
          returnsMessages: true,
        },
        sendsTo: [queues.work, queues.outage, queues.quarantine],
        statements: [
          { Effect: "Allow", Action: ["states:ListExecutions", "states:StartExecution"], Resource: stateMachineArn },
        ],
      },
      { parent: this },
    );
    // Batches without a free slot go back to the queue that invokes the function.
    dispatch.allowLoop();
    this.functionName = dispatch.name;
    this.registerOutputs({ functionName: this.functionName });
  }
}
