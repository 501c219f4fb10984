import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountScope } from "./parts/account-scope.ts";
import { Alarms } from "./watch/alarms.ts";
import { Dashboard } from "./watch/dashboard.ts";
import { DeadExecutions } from "./flow/failed-executions.ts";
import { QueueAccess } from "./flow/queue-access.ts";
import { Redrive } from "./flow/redrive.ts";
import { DISPATCH_TIMEOUT_SECONDS, Dispatcher } from "./flow/dispatcher.ts";
import { Insights } from "./watch/insights.ts";
import { MaintenanceWindows } from "./flow/maintenance-windows.ts";
import type { PublishingArgs } from "./parts/publishing.ts";
import { Queues } from "./flow/queues.ts";
import type { Settings } from "./settings.ts";
import { Sweep } from "./flow/sweep.ts";
import { Triggers } from "./flow/triggers.ts";
import { Workflow } from "./flow/state-machine.ts";

export interface PatchFindingsArgs {
  readonly region: string;
  readonly settings: Settings;
}

/** The whole way of the data in one Region: events, work queue, dispatch, state machine. */
export class PatchFindings extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly workQueueUrl: pulumi.Output<string>;
  readonly outageQueueUrl: pulumi.Output<string>;
  readonly quarantineQueueUrl: pulumi.Output<string>;
  /** Alarms go to this topic; subscribe to it what should hear of them. */
  readonly alarmTopicArn: pulumi.Output<string>;

  constructor(name: string, { region, settings }: PatchFindingsArgs, opts: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:PatchFindings", name, {}, opts);
    const parent = { parent: this };
    const scope = accountScope(region, parent);
    const visibilityTimeoutSeconds = 6 * DISPATCH_TIMEOUT_SECONDS + settings.batchingWindowSeconds;
    const queues = new Queues(`${name}-queues`, { visibilityTimeoutSeconds, scope, settings }, parent);
    const service = `${pulumi.getStack()}/${name}`;
    const hub = settings.enableSecurityHub ? [enableSecurityHub(`${name}-hub`, this)] : [];
    if (settings.insights) new Insights(`${name}-insights`, { settings }, { ...parent, dependsOn: hub });
    const shared: PublishingArgs = { queues, scope, settings, service };
    const { rules } = new Triggers(`${name}-triggers`, { queues, scope, enabled: settings.export }, parent);
    const { stateMachine } = new Workflow(`${name}-flow`, shared, parent);
    const stateMachineArn = stateMachine.arn;
    new MaintenanceWindows(`${name}-window`, { stateMachine, scope, settings }, parent);
    const dispatcher = new Dispatcher(`${name}-dispatch`, { ...shared, stateMachineArn }, parent);
    const { rule: dead } = new DeadExecutions(`${name}-dead`, { queues, scope, stateMachineArn }, parent);
    const senders = { work: Object.values(rules), outage: [...Object.values(rules), dead], quarantine: [dead] };
    new QueueAccess(`${name}-access`, { queues, senders }, parent);
    const redrive = new Redrive(`${name}-redrive`, shared, parent);
    const sweep = new Sweep(`${name}-sweep`, shared, parent);
    const { functionName: dispatchFunction } = dispatcher;
    const watched = { ...shared, stateMachineArn, dispatchFunction };
    const schedules = { redrive: redrive.schedule, sweep: sweep.schedule };
    const functions = { redriveFunction: redrive.functionName, sweepFunction: sweep.functionName };
    const alarmed = { ...watched, ...functions, rules: { ...rules, dead }, schedules };
    const alarms = new Alarms(`${name}-alarms`, alarmed, parent);
    new Dashboard(`${name}-dashboard`, { ...watched, rules }, parent);
    this.stateMachineArn = stateMachineArn;
    this.workQueueUrl = queues.work.url;
    this.outageQueueUrl = queues.outage.url;
    this.quarantineQueueUrl = queues.quarantine.url;
    this.alarmTopicArn = alarms.topicArn;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      workQueueUrl: this.workQueueUrl,
      outageQueueUrl: this.outageQueueUrl,
      quarantineQueueUrl: this.quarantineQueueUrl,
      alarmTopicArn: this.alarmTopicArn,
    });
  }
}

/** The hub outlives the stack: other products and people rely on it. */
function enableSecurityHub(name: string, parent: pulumi.Resource): aws.securityhub.Account {
  return new aws.securityhub.Account(name, { enableDefaultStandards: false }, { parent, retainOnDelete: true });
}
