import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { readFindings } from "../parts/findings-access.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { every } from "../parts/schedule.ts";
import { count } from "../parts/queue-grants.ts";
import type { StackContext } from "../stack-context.ts";

interface RedriveArgs {
  readonly context: StackContext;
}

const TIMEOUT_SECONDS = 300;

/**
 * Creates the redrive function. On a schedule it moves the messages of the outage queue to the work queue, if Security
 * Hub is available.
 *
 * @example
 * const { functionName, schedule } = new Redrive(`${name}-redrive`, { context }, { parent: this });
 */
export class Redrive extends Component {
  readonly functionName: pulumi.Output<string>;
  readonly schedule: aws.cloudwatch.EventRule;

  constructor(name: string, { context }: RedriveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Redrive", name, opts);
    const { queues, scope, settings } = context;
    const redrive = new LambdaFunction(
      name,
      {
        entry: "redrive",
        description: "Patch Manager Findings: retries the nodes in the outage queue",
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        context,
        variables: {},
        polls: queues.outage,
        // Also to the outage queue: redrive sends a message again before it expires.
        sendsTo: [queues.work, queues.outage, queues.quarantine],
        // What waits in the work queue already counts against what a run may move.
        statements: [count(scope, queues.work), readFindings(scope)],
      },
      { parent: this },
    );
    this.schedule = redrive.onSchedule(
      every(settings.redriveMinutes, "minute"),
      "Patch Manager Findings: starts redrive",
    );
    this.functionName = redrive.name;
    this.registerOutputs({ functionName: this.functionName });
  }
}
