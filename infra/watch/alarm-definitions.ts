import type * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE, type CountMetric, type MetricName } from "../../contract/metrics.ts";
import type { Rules, WatchedResources } from "./watched-resources.ts";

/** A metric with a statistic or a percentile. */
interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic?: "Sum" | "Maximum";
  /** Instead of a statistic. */
  readonly extendedStatistic?: "p90";
}

/** An alarm that goes off when each of the last periods is above the threshold. */
interface MetricAlarm extends Metric {
  readonly description: string;
  readonly threshold: number;
  /** 1 by default. */
  readonly periods?: number;
}

/** An alarm that goes off when the expression over these metrics is 1 in each of the last periods. */
export interface MathAlarm {
  readonly description: string;
  readonly expression: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly periodSeconds: number;
  readonly periods: number;
}

export type Alarm = MetricAlarm | MathAlarm;

export const PERIOD_SECONDS = 900;
/** Enough for a batching window, one execution, and the waits for late data. AWS's integration may take two hours. */
const SLOW_SECONDS = 30 * 60;
const OLD_WORK_SECONDS = 6 * 60 * 60;
/** Longer than a message that keeps failing stays in the work queue. */
const NOT_TAKEN_SECONDS = 2 * 60 * 60;
/** Longer than the usual outages of a service. */
const WAITING_SECONDS = 60 * 60;
const HOUR_SECONDS = 60 * 60;

/** Returns every alarm by its name. */
export function alarms(args: WatchedResources): Record<string, Alarm> {
  return {
    ...hubAlarms(args),
    ...queueAlarms(args),
    ...executionAlarms(args),
    ...sweepAlarms(args),
    ...notificationAlarms(args),
    ...functionAlarms(args),
    ...ruleAlarms(
      { ...args.eventRules },
      "EventBridge could not send an event to the work queue. The next sweep checks its node.",
    ),
    ...ruleAlarms(
      { "failed-executions": args.failedExecutions },
      "EventBridge could not send a failed execution to the outage queue. Look for its event in the quarantine queue, and replay it.",
    ),
    ...ruleAlarms(
      { ...args.schedules },
      "EventBridge could not start redrive or a sweep. The next scheduled run does its work.",
    ),
  };
}

const program = ({ service }: WatchedResources, metricName: MetricName) => ({
  namespace: METRICS_NAMESPACE,
  dimensions: { service },
  metricName,
});

const count = (args: WatchedResources, metricName: CountMetric, description: string): MetricAlarm => ({
  ...program(args, metricName),
  statistic: "Sum",
  threshold: 0,
  description,
});

function hubAlarms(args: WatchedResources): Record<string, Alarm> {
  return {
    "not-enabled": count(
      args,
      "SecurityHubNotEnabled",
      "Security Hub is not enabled in this Region, or a role has no access to it. Enable it, or fix the role. Work waits in the outage queue.",
    ),
    "systems-manager-denied": count(
      args,
      "SystemsManagerDenied",
      "the gather function has no access to Systems Manager. Fix its role. Work waits in the outage queue.",
    ),
    unavailable: count(
      args,
      "SecurityHubUnavailable",
      "Security Hub is unavailable. Nothing to do: work waits in the outage queue, and redrive retries it.",
    ),
    throttled: count(args, "SecurityHubThrottled", "Security Hub throttles calls. Nothing to do, unless it lasts."),
    latency: {
      ...program(args, "OperationToAcceptance"),
      extendedStatistic: "p90",
      threshold: SLOW_SECONDS,
      description: "findings reach Security Hub more than 30 minutes after their patch operations ended.",
    },
  };
}

function queueAlarms({ queues }: WatchedResources): Record<string, Alarm> {
  const queue = (kind: "work" | "outage" | "quarantine", metricName: string, statistic: "Maximum" | "Sum"): Metric => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queues[kind].name },
    statistic,
  });
  return {
    quarantine: {
      ...queue("quarantine", "ApproximateNumberOfMessagesVisible", "Maximum"),
      threshold: 0,
      description:
        "messages are in the quarantine queue. Read the reason in each message, fix it, and replay the message.",
    },
    // Not the age of the oldest message: SQS leaves out messages that were received three or more times and not deleted
    // (Amazon SQS Developer Guide, "Available CloudWatch metrics"), and redrive receives these messages in every run.
    "old-work": {
      ...queue("outage", "ApproximateNumberOfMessagesVisible", "Maximum"),
      threshold: 0,
      periods: OLD_WORK_SECONDS / PERIOD_SECONDS,
      description: "the outage queue has not been empty for 6 hours.",
    },
    // For a disabled mapping, a denied key, or a concurrency of 0: nothing fails, and no message is processed.
    "work-not-taken": {
      metrics: {
        visible: queue("work", "ApproximateNumberOfMessagesVisible", "Maximum"),
        deleted: queue("work", "NumberOfMessagesDeleted", "Sum"),
      },
      expression: "IF(visible > 0 AND FILL(deleted, 0) < 1, 1, 0)",
      periodSeconds: PERIOD_SECONDS,
      periods: NOT_TAKEN_SECONDS / PERIOD_SECONDS,
      description: "messages wait in the work queue, and dispatch has processed none for 2 hours.",
    },
  };
}

function executionAlarms(args: WatchedResources): Record<string, Alarm> {
  const dimensions = { StateMachineArn: args.stateMachineArn };
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/States",
    dimensions,
    metricName,
    statistic: "Sum",
  });
  const executions = (metricName: string): MetricAlarm => ({
    ...metric(metricName),
    threshold: 0,
    description: "an execution failed or timed out. Its work is retried automatically.",
  });
  return {
    "executions-failed": executions("ExecutionsFailed"),
    "executions-timed-out": executions("ExecutionsTimedOut"),
    "executions-not-started": count(
      args,
      "ExecutionsNotStarted",
      "Step Functions did not start executions. Their nodes wait in the outage queue, and redrive retries them.",
    ),
    "executions-not-counted": count(
      args,
      "ExecutionsNotCounted",
      "the dispatch function has no access to the list of executions. Fix its role. Until then it starts executions without a ceiling.",
    ),
    // Waiting alone is normal. The nodes go back to the work queue as new messages, so no message gets old or fails.
    "executions-waiting": {
      metrics: {
        waiting: { ...program(args, "ExecutionsWaiting"), statistic: "Sum" },
        started: metric("ExecutionsStarted"),
      },
      expression: "IF(FILL(waiting, 0) > 0 AND FILL(started, 0) < 1, 1, 0)",
      periodSeconds: PERIOD_SECONDS,
      periods: WAITING_SECONDS / PERIOD_SECONDS,
      description: "nodes wait in the work queue, and no execution has started for an hour.",
    },
  };
}

function sweepAlarms(args: WatchedResources): Record<string, Alarm> {
  const unfinished = count(
    args,
    "SweepUnfinished",
    "a sweep did not reach all managed nodes. The log of the sweep function says why. The next sweep starts from the beginning.",
  );
  return { "sweep-unfinished": unfinished, ...(args.settings.export && { "sweep-missing": sweepMissing(args) }) };
}

/**
 * Returns an alarm that goes off if two sweeps started within two intervals and an hour, and none finished.
 *
 * Missing data alone is not enough: all data is missing right after the first deployment. EventBridge writes
 * `Invocations` only when the schedule starts a sweep, so the alarm waits for two starts. An alarm covers seven days at
 * most (PutMetricAlarm), so sweeps are at most 72 hours apart.
 */
function sweepMissing(args: WatchedResources): MathAlarm {
  const { sweepHours } = args.settings;
  const started: Metric = {
    namespace: "AWS/Events",
    metricName: "Invocations",
    dimensions: { RuleName: args.schedules.sweep.name },
    statistic: "Sum",
  };
  return {
    metrics: { started, finished: { ...program(args, "SweepFinished"), statistic: "Sum" } },
    expression: "IF(FILL(started, 0) > 1 AND FILL(finished, 0) < 1, 1, 0)",
    periodSeconds: (2 * sweepHours + 1) * HOUR_SECONDS,
    periods: 1,
    description: "no sweep finished within twice its interval. The log of the sweep function says why.",
  };
}

function notificationAlarms({ undelivered }: WatchedResources): Record<string, Alarm> {
  if (undelivered === undefined) return {};
  return {
    "notify-undelivered": {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: undelivered.name },
      statistic: "Maximum",
      threshold: 0,
      description:
        "the target of notify did not accept events, and tickets may be out of date. Fix the target, and send the events again.",
    },
  };
}

/** Lambda counts exceptions, time-outs, and lack of memory. */
function functionAlarms(args: WatchedResources): Record<string, Alarm> {
  const errors = (name: pulumi.Input<string>, description: string): MetricAlarm => ({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    threshold: 0,
    description,
  });
  return {
    "dispatch-failed": errors(args.dispatchFunction, "the dispatch function failed. Its messages are retried."),
    "redrive-failed": errors(args.redriveFunction, "the redrive function failed. The next run does its work."),
    "sweep-failed": errors(args.sweepFunction, "the sweep function failed. Its turn is retried."),
  };
}

function ruleAlarms(rules: Rules, description: string): Record<string, Alarm> {
  const alarms = Object.entries(rules).map(([kind, rule]): [string, Alarm] => [
    `rule-${kind}`,
    {
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: rule.name },
      statistic: "Sum",
      threshold: 0,
      description,
    },
  ]);
  return Object.fromEntries(alarms);
}
