import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, earlierType } from "./parts/component.ts";
import { DISPATCH_TIMEOUT_SECONDS, Dispatcher } from "./flow/dispatcher.ts";
import { FailedExecutions } from "./flow/failed-executions.ts";
import { MaintenanceWindows } from "./flow/maintenance-windows.ts";
import { Notifications } from "./flow/notifications.ts";
import { QueueAccess } from "./flow/queue-access.ts";
import { Queues } from "./flow/queues.ts";
import { Redrive } from "./flow/redrive.ts";
import { PatchStateMachine } from "./flow/state-machine.ts";
import { Sweep } from "./flow/sweep.ts";
import { Triggers } from "./flow/triggers.ts";
import { queueUrl } from "./parts/arns.ts";
import { accountScope } from "./parts/account-scope.ts";
import { inRegion } from "./parts/in-region.ts";
import type { Settings } from "./settings.ts";
import type { StackContext } from "./stack-context.ts";
import { Alarms } from "./watch/alarms.ts";
import { Dashboard } from "./watch/dashboard.ts";
import { Insights } from "./watch/insights.ts";
import type { Rules, WatchedResources } from "./watch/watched-resources.ts";

interface PatchFindingsArgs {
  readonly region: string;
  readonly settings: Settings;
  /** The path of the file with the policies, if they are not the default ones. */
  readonly policiesFile?: string;
}

/**
 * Creates everything that one Region needs, in the order of the data: events go to the work queue, dispatch starts
 * executions of the state machine, and redrive and the sweep catch what was missed.
 *
 * @example
 * const { alarmTopicArn } = new PatchFindings("patch-findings-eu-west-1", { region: "eu-west-1", settings }, {
 *   providers: [new aws.Provider("aws", { region: "eu-west-1" })],
 * });
 */
export class PatchFindings extends Component {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly workQueueUrl: pulumi.Output<string>;
  readonly outageQueueUrl: pulumi.Output<string>;
  readonly quarantineQueueUrl: pulumi.Output<string>;
  /** The SNS topic of the alarms. */
  readonly alarmTopicArn: pulumi.Output<string>;

  constructor(name: string, args: PatchFindingsArgs, opts: pulumi.ComponentResourceOptions) {
    const transformations = [inRegion(args.region)];
    super("index:PatchFindings", name, pulumi.mergeOptions(opts, { transformations }));
    const context = this.createContext(name, args);
    if (args.settings.insights) this.createInsights(name, args);

    const eventRules = this.createTriggers(name, context);
    const flow = new PatchStateMachine(name, { context }, this.#earlier(`${name}-flow`, "PatchStateMachine"));
    this.createMaintenanceWindows(name, context, flow.stateMachine);
    const dispatcher = this.createDispatcher(name, context, flow);
    const failedExecutions = this.createFailedExecutions(name, context, flow);
    this.allowRulesToSend(name, context, eventRules, failedExecutions);
    const redrive = this.createRedrive(name, context);
    const sweep = this.createSweep(name, context);
    const notifications = this.createNotifications(name, context);

    const watched: WatchedResources = {
      ...context,
      stateMachineArn: flow.arn,
      eventRules,
      failedExecutions,
      undelivered: notifications?.deadLetters,
      schedules: { redrive: redrive.schedule, sweep: sweep.schedule },
      dispatchFunction: dispatcher.functionName,
      redriveFunction: redrive.functionName,
      sweepFunction: sweep.functionName,
    };
    const alarms = this.createAlarms(name, watched);
    this.createDashboard(name, watched);

    this.stateMachineArn = flow.arn;
    const { queues, scope } = context;
    this.workQueueUrl = queueUrl(scope, queues.work);
    this.outageQueueUrl = queueUrl(scope, queues.outage);
    this.quarantineQueueUrl = queueUrl(scope, queues.quarantine);
    this.alarmTopicArn = alarms.topicArn;
    const { stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn } = this;
    this.registerOutputs({ stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn });
  }

  private createContext(name: string, { region, settings, policiesFile }: PatchFindingsArgs): StackContext {
    const scope = accountScope(region, { parent: this });
    const args = { dispatchTimeoutSeconds: DISPATCH_TIMEOUT_SECONDS, scope, settings };
    const queues = new Queues(`${name}-queues`, args, { parent: this });
    const policies = policiesFile === undefined ? {} : { policiesFile };
    return { queues, scope, settings, service: queues.uniqueName(name), ...policies };
  }

  private createInsights(name: string, { settings }: PatchFindingsArgs): void {
    new Insights(`${name}-insights`, { settings }, { parent: this });
  }

  private createTriggers(name: string, { queues, scope, settings }: StackContext): Rules {
    const args = { queues, scope, enabled: settings.export };
    return new Triggers(`${name}-triggers`, args, { parent: this }).rules;
  }

  private createMaintenanceWindows(
    name: string,
    { scope, settings }: StackContext,
    stateMachine: aws.sfn.StateMachine,
  ): void {
    new MaintenanceWindows(`${name}-window`, { prefix: name, stateMachine, scope, settings }, { parent: this });
  }

  private createDispatcher(name: string, context: StackContext, { arn }: PatchStateMachine): Dispatcher {
    const args = { context, stateMachineArn: arn };
    return new Dispatcher(`${name}-dispatch`, args, { parent: this });
  }

  private createFailedExecutions(
    name: string,
    { queues, scope }: StackContext,
    { arn }: PatchStateMachine,
  ): aws.cloudwatch.EventRule {
    const args = { queues, scope, stateMachineArn: arn };
    return new FailedExecutions(`${name}-failed-executions`, args, { parent: this }).rule;
  }

  private allowRulesToSend(
    name: string,
    { queues, scope }: StackContext,
    eventRules: Rules,
    failedExecutions: aws.cloudwatch.EventRule,
  ): void {
    const work = Object.values(eventRules);
    const senders = { work, outage: [...work, failedExecutions], quarantine: [failedExecutions] };
    new QueueAccess(`${name}-access`, { queues, scope, senders }, { parent: this });
  }

  private createRedrive(name: string, context: StackContext): Redrive {
    return new Redrive(`${name}-redrive`, { context }, { parent: this });
  }

  private createSweep(name: string, context: StackContext): Sweep {
    return new Sweep(`${name}-sweep`, { context }, { parent: this });
  }

  private createNotifications(name: string, { scope, settings }: StackContext): Notifications | undefined {
    const { notify } = settings;
    const target = notify?.targets[scope.region];
    if (notify === undefined || target === undefined) return undefined;
    return new Notifications(`${name}-notify`, { notify, target, scope, settings }, { parent: this });
  }

  private createAlarms(name: string, watched: WatchedResources): Alarms {
    return new Alarms(name, watched, this.#earlier(`${name}-alarms`, "Alarms"));
  }

  private createDashboard(name: string, watched: WatchedResources): void {
    new Dashboard(`${name}-dashboard`, watched, { parent: this });
  }

  /** Up to version 0.2.0 the component, and everything below it, had this longer name. The alias keeps what exists. */
  #earlier(name: string, className: string): pulumi.ComponentResourceOptions {
    return { parent: this, aliases: [{ name, type: earlierType(className) }] };
  }
}
