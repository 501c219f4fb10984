import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policy.ts";
import { METRICS_NAMESPACE, type PublishingArgs } from "./publishing.ts";

type Rules = Readonly<Record<string, aws.cloudwatch.EventRule>>;

export interface AlarmsArgs extends PublishingArgs {
  readonly stateMachineArn: pulumi.Input<string>;
  /** Rules that hear of nodes and of dead executions, by what they hear of. */
  readonly rules: Rules;
  /** Rules that start redrive and sweeps, by what they start. */
  readonly schedules: Rules;
  /** Name of the dispatch function. */
  readonly dispatchFunction: pulumi.Input<string>;
  /** Name of the sweep's function. */
  readonly sweepFunction: pulumi.Input<string>;
}

interface Alarm {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic?: "Sum" | "Maximum";
  /** Instead of a statistic. */
  readonly extendedStatistic?: "p90";
  /** The alarm goes off above it. */
  readonly threshold: number;
}

const PERIOD_SECONDS = 900;
/** AWS's own integration may take two hours; here it is a batching window, one execution, and the waits for late data. */
const SLOW_SECONDS = 30 * 60;
const OLD_WORK_SECONDS = 6 * 60 * 60;

/** What a person should know of. Only "not enabled", "systems-manager-denied" and "quarantine" wait for one; the rest mends itself. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Alarms", name, {}, opts);
    const topic = this.topic(`${name}-topic`, args);
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
          alarmActions: [topic.arn],
        },
        { parent: this },
      );
    }
    if (args.settings.export) this.sweepMissing(`${name}-sweep-missing`, topic, args);
    this.topicArn = topic.arn;
    this.registerOutputs({});
  }

  /** Without encryption of its own: CloudWatch may not use SNS's default key, and alarms hold no secrets. */
  private topic(name: string, { scope, settings }: AlarmsArgs): aws.sns.Topic {
    const topic = new aws.sns.Topic(name, {}, { parent: this });
    const policy = policyDocument([
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: topic.arn,
        Condition: { StringEquals: { "aws:SourceAccount": scope.account } },
      },
    ]);
    new aws.sns.TopicPolicy(`${name}-policy`, { arn: topic.arn, policy }, { parent: this });
    if (settings.alarmEmail !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: settings.alarmEmail },
        { parent: this },
      );
    }
    return topic;
  }

  /** No sweep ended within two of its intervals, in hours: CloudWatch looks back seven days at most. */
  private sweepMissing(name: string, topic: aws.sns.Topic, { service, settings }: AlarmsArgs): void {
    const hours = 2 * settings.sweepHours + 1;
    new aws.cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: "Patch Manager Findings: no sweep finished in twice its interval; its log says why.",
        namespace: METRICS_NAMESPACE,
        metricName: "SweepFinished",
        dimensions: { service },
        statistic: "Sum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: 3600,
        evaluationPeriods: hours,
        datapointsToAlarm: hours,
        treatMissingData: "breaching",
        alarmActions: [topic.arn],
      },
      { parent: this },
    );
  }
}

function alarms(args: AlarmsArgs): Record<string, Alarm> {
  return {
    ...hubAlarms(args),
    ...queueAlarms(args),
    ...executionAlarms(args),
    ...sweepAlarms(args),
    ...startAlarms(args),
  };
}

/** What keeps events from becoming executions, and schedules from being kept. */
function startAlarms({ dispatchFunction, rules, schedules }: AlarmsArgs): Record<string, Alarm> {
  return {
    "dispatch-failed": {
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: dispatchFunction },
      statistic: "Sum",
      threshold: 0,
      description: "the dispatch function failed. Its messages are tried again.",
    },
    ...ruleAlarms(rules, "EventBridge could not hand an event to its queue; the sweep makes up for it."),
    ...ruleAlarms(schedules, "EventBridge could not start what is scheduled; the next turn makes up for it."),
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

function hubAlarms({ service }: AlarmsArgs): Record<string, Alarm> {
  const own = { namespace: METRICS_NAMESPACE, dimensions: { service }, statistic: "Sum", threshold: 0 } as const;
  return {
    "not-enabled": {
      ...own,
      metricName: "SecurityHubNotEnabled",
      description: "Security Hub is not enabled here, or the role may not use it. Enable it; the work waits.",
    },
    "systems-manager-denied": {
      ...own,
      metricName: "SystemsManagerDenied",
      description: "the Gather function may not read Systems Manager. Mend its role; the work waits.",
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
    latency: {
      namespace: METRICS_NAMESPACE,
      dimensions: { service },
      metricName: "OperationToAcceptance",
      extendedStatistic: "p90",
      threshold: SLOW_SECONDS,
      description: "findings reach Security Hub more than 30 minutes after their patch operations ended.",
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
