import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { topicArn } from "../parts/arns.ts";
import { policyDocument } from "../parts/policy.ts";
import { alarms, PERIOD_SECONDS, type Alarm, type MathAlarm } from "./alarm-definitions.ts";
import type { WatchedResources } from "./watched-resources.ts";

/**
 * Creates the CloudWatch alarms and the SNS topic that they publish to. docs/operations.md says which alarms need a
 * person.
 *
 * @example
 * const { topicArn } = new Alarms(`${name}-alarms`, watched, { parent: this });
 */
export class Alarms extends Component {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: WatchedResources, opts?: pulumi.ComponentResourceOptions) {
    super("watch:Alarms", name, opts);
    const topic = this.createTopic(`${name}-alarms`, args);
    this.topicArn = topicArn(args.scope, topic);
    for (const [kind, alarm] of Object.entries(alarms(args))) {
      new aws.cloudwatch.MetricAlarm(
        `${name}-${kind}`,
        {
          alarmDescription: `Patch Manager Findings: ${alarm.description}`,
          ...condition(alarm),
          treatMissingData: "notBreaching",
          alarmActions: [this.topicArn],
        },
        { parent: this },
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** The topic is not encrypted: CloudWatch cannot use SNS's default key, and alarms contain no secrets. */
  private createTopic(name: string, { scope, settings }: WatchedResources): aws.sns.Topic {
    const { partition, region, account } = scope;
    const topic = new aws.sns.Topic(name, {}, { parent: this, aliases: [{ name: `${name}-topic` }] });
    const policy = policyDocument([
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: topicArn(scope, topic),
        // From the Amazon SNS Developer Guide, "Allow CloudWatch alarms to publish to a topic". AWS does not document
        // that CloudWatch sends aws:SourceAccount to SNS. A condition on a key that is not sent silences every alarm.
        Condition: {
          ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      },
    ]);
    new aws.sns.TopicPolicy(
      name,
      { arn: topicArn(scope, topic), policy },
      { parent: this, aliases: [{ name: `${name}-topic-policy` }] },
    );
    if (settings.alarmEmail !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topicArn(scope, topic), protocol: "email", endpoint: settings.alarmEmail },
        // A new subscription would have to be confirmed again.
        { parent: this, aliases: [{ name: `${name}-topic-email` }] },
      );
    }
    return topic;
  }
}

type Condition = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "treatMissingData">;

function condition(alarm: Alarm): Condition {
  if ("expression" in alarm) return mathCondition(alarm);
  const { namespace, metricName, dimensions, statistic, extendedStatistic, threshold, periods = 1 } = alarm;
  return {
    namespace,
    metricName,
    dimensions,
    ...(statistic && { statistic }),
    ...(extendedStatistic && { extendedStatistic }),
    threshold,
    comparisonOperator: "GreaterThanThreshold",
    period: PERIOD_SECONDS,
    evaluationPeriods: periods,
  };
}

function mathCondition({ expression, metrics, periodSeconds, periods }: MathAlarm): Condition {
  const inputs = Object.entries(metrics).map(([id, { statistic = "Sum", ...metric }]) => ({
    id,
    metric: { ...metric, stat: statistic, period: periodSeconds },
  }));
  return {
    metricQueries: [{ id: "alarm", expression, returnData: true }, ...inputs],
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: periods,
  };
}
