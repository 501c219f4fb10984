import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE, type MetricsService } from "./publishing.ts";
import type { Queues } from "./queues.ts";

export interface AlarmsArgs {
  readonly queues: Queues;
  readonly stateMachineArn: pulumi.Input<string>;
  /** Name of the sweep's function. */
  readonly sweepFunction: pulumi.Input<string>;
  readonly service: MetricsService;
}

interface Alarm {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum";
  /** The alarm goes off above it. */
  readonly threshold: number;
}

const PERIOD_SECONDS = 900;
const OLD_WORK_SECONDS = 6 * 60 * 60;

/** What a person should know of. Only "not enabled" and "quarantine" wait for one; the rest mends itself. */
export class Alarms extends pulumi.ComponentResource {
  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Alarms", name, {}, opts);
    for (const [kind, alarm] of Object.entries(alarms(args))) {
      const { description, ...metric } = alarm;
      new aws.cloudwatch.MetricAlarm(
        `${name}-${kind}`,
        {
          alarmDescription: `Patch Manager Findings: ${description}`,
          ...metric,
          comparisonOperator: "GreaterThanThreshold",
          period: PERIOD_SECONDS,
          evaluationPeriods: 1,
          treatMissingData: "notBreaching",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

function alarms(args: AlarmsArgs): Record<string, Alarm> {
  return { ...hubAlarms(args), ...queueAlarms(args), ...executionAlarms(args), ...sweepAlarms(args) };
}

function hubAlarms({ service }: AlarmsArgs): Record<string, Alarm> {
  const own = { namespace: METRICS_NAMESPACE, dimensions: { service }, statistic: "Sum", threshold: 0 } as const;
  return {
    "not-enabled": {
      ...own,
      metricName: "SecurityHubNotEnabled",
      description: "Security Hub is not enabled here, or the role may not use it. Enable it; the work waits.",
    },
    away: {
      ...own,
      metricName: "SecurityHubUnavailable",
      description: "Security Hub did not answer. Nothing to do: the work waits and comes back by itself.",
    },
    throttled: {
      ...own,
      metricName: "SecurityHubThrottled",
      description: "Security Hub asked to slow down. Nothing to do, unless it lasts.",
    },
  };
}

function queueAlarms({ queues }: AlarmsArgs): Record<string, Alarm> {
  const queue = { namespace: "AWS/SQS", statistic: "Maximum" } as const;
  return {
    quarantine: {
      ...queue,
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queues.quarantine.name },
      threshold: 0,
      description: "something waits in the quarantine queue for a person; each entry says why.",
    },
    "old-work": {
      ...queue,
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queues.outage.name },
      threshold: OLD_WORK_SECONDS,
      description: "work has been waiting for Security Hub for more than 6 hours.",
    },
  };
}

function executionAlarms({ stateMachineArn }: AlarmsArgs): Record<string, Alarm> {
  const executions = {
    namespace: "AWS/States",
    dimensions: { StateMachineArn: stateMachineArn },
    statistic: "Sum",
    threshold: 0,
  } as const;
  return {
    "executions-failed": {
      ...executions,
      metricName: "ExecutionsFailed",
      description: "an execution failed. Its work is done again by itself.",
    },
    "executions-timed-out": {
      ...executions,
      metricName: "ExecutionsTimedOut",
      description: "an execution ran into its time-out. Its work is done again by itself.",
    },
  };
}

function sweepAlarms({ service, sweepFunction }: AlarmsArgs): Record<string, Alarm> {
  return {
    "sweep-unfinished": {
      namespace: METRICS_NAMESPACE,
      dimensions: { service },
      metricName: "SweepUnfinished",
      statistic: "Sum",
      threshold: 0,
      description: "a sweep did not reach all managed nodes; its log says why. The next one begins anew.",
    },
    "sweep-failed": {
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: sweepFunction },
      metricName: "Errors",
      statistic: "Sum",
      threshold: 0,
      description: "the sweep's function failed. Its turn is done again by itself.",
    },
  };
}
