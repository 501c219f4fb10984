import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { METRICS_NAMESPACE, OPEN_FINDINGS, type MetricName } from "../../contract/metrics.ts";
import type { WatchedResources } from "./watched-resources.ts";

type Metric = readonly pulumi.Input<string>[];

const WIDTH = 8;
const HEIGHT = 6;
const PER_ROW = 3;

/**
 * Creates a CloudWatch dashboard in the order of the data: events, work, executions, findings, and waiting messages.
 *
 * @example
 * new Dashboard(`${name}-dashboard`, watched, { parent: this });
 */
export class Dashboard extends Component {
  constructor(name: string, args: WatchedResources, opts?: pulumi.ComponentResourceOptions) {
    super("watch:Dashboard", name, opts);
    const { region } = args.scope;
    const widgets = widgetsOf(args).map(({ title, metrics, stat = "Sum" }, index) => ({
      type: "metric",
      x: (index % PER_ROW) * WIDTH,
      y: Math.floor(index / PER_ROW) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: { title, region, view: "timeSeries", period: 300, stat, metrics },
    }));
    new aws.cloudwatch.Dashboard(
      `${name}-page`,
      { dashboardName: args.service, dashboardBody: pulumi.jsonStringify({ widgets }) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

interface Widget {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat?: "Average" | "Maximum" | "p90";
}

function widgetsOf({ eventRules, queues, stateMachineArn, dispatchFunction, service }: WatchedResources): Widget[] {
  const own: Own = (...names) => names.map((name) => [METRICS_NAMESPACE, name, "service", service]);
  const queue = (metric: string, ...names: pulumi.Input<string>[]): Metric[] =>
    names.map((name) => ["AWS/SQS", metric, "QueueName", name]);
  const states = (...ends: string[]): Metric[] =>
    ends.map((end) => ["AWS/States", `Executions${end}`, "StateMachineArn", stateMachineArn]);
  const executions = [...states("Started", "Succeeded", "Failed", "TimedOut"), ...own("ExecutionsWaiting")];
  return [
    {
      title: "1. Events matched",
      metrics: Object.values(eventRules).map((rule) => ["AWS/Events", "MatchedEvents", "RuleName", rule.name]),
    },
    {
      title: "2. Work waiting",
      metrics: queue("ApproximateNumberOfMessagesVisible", queues.work.name),
      stat: "Maximum",
    },
    {
      title: "3. Dispatch",
      metrics: ["Invocations", "Errors"].map((metric) => ["AWS/Lambda", metric, "FunctionName", dispatchFunction]),
    },
    { title: "4. Executions", metrics: executions },
    {
      title: "5. Nodes: not ready, invalid, blind spots",
      metrics: own("NodesNotReady", "NodesInvalid", "BlindSpots", "Ec2NotAnswered"),
    },
    {
      title: "6. Findings",
      metrics: own("FindingsOpened", "FindingsUpdated", "FindingsClosed", "FindingsRejected", "BlindSpotsFound"),
    },
    { title: "7. Seconds from operation end to finding (p90)", metrics: own("OperationToAcceptance"), stat: "p90" },
    ...gauges(own),
    {
      title: "Security Hub unavailable or access denied",
      metrics: own("SecurityHubUnavailable", "SecurityHubThrottled", "SecurityHubNotEnabled", "SystemsManagerDenied"),
    },
    {
      title: "Messages in the outage and quarantine queues",
      metrics: queue("ApproximateNumberOfMessagesVisible", queues.outage.name, queues.quarantine.name),
      stat: "Maximum",
    },
    { title: "Redrive", metrics: own("MessagesParked", "MessagesRedriven", "MessagesBackingOff") },
    { title: "Sweeps", metrics: own("SweepFinished", "SweepSkipped", "SweepUnfinished") },
  ];
}

type Own = (...names: MetricName[]) => Metric[];

/** Each finished sweep writes the gauges. It may write them twice, so they are never summed. */
function gauges(own: Own): Widget[] {
  return [
    { title: "Open findings by severity", metrics: own(...Object.values(OPEN_FINDINGS)), stat: "Maximum" },
    { title: "Overdue findings, blind spots", metrics: own("OpenFindingsOverdue", "OpenBlindSpots"), stat: "Maximum" },
    { title: "Compliant nodes (percent)", metrics: own("CompliantNodes"), stat: "Average" },
    { title: "Days until findings closed", metrics: own("DaysToClose"), stat: "Average" },
  ];
}
