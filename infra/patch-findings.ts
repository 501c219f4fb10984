import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountScope } from "./account-scope.ts";
import { Alarms } from "./alarms.ts";
import { DeadExecutions } from "./dead-executions.ts";
import { QueueAccess } from "./queue-access.ts";
import { Redrive } from "./redrive.ts";
import { DISPATCH_TIMEOUT_SECONDS, Dispatcher } from "./dispatcher.ts";
import { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";
import { Sweep } from "./sweep.ts";
import { Triggers } from "./triggers.ts";
import { Workflow } from "./workflow.ts";

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
    const queues = new Queues(`${name}-queues`, { visibilityTimeoutSeconds }, parent);
    const service = `${pulumi.getStack()}/${name}`;
    if (settings.enableSecurityHub) enableSecurityHub(`${name}-hub`, this);
    const { rules } = new Triggers(`${name}-triggers`, { queues, enabled: settings.export }, parent);
    const { stateMachine } = new Workflow(`${name}-flow`, { queues, scope, settings, service }, parent);
    const stateMachineArn = stateMachine.arn;
    const dispatcher = new Dispatcher(`${name}-dispatch`, { queues, stateMachineArn, settings }, parent);
    const { rule } = new DeadExecutions(`${name}-dead`, { queues, stateMachineArn }, parent);
    const senders = { work: Object.values(rules), outage: [...Object.values(rules), rule], quarantine: [rule] };
    new QueueAccess(`${name}-access`, { queues, senders }, parent);
    new Redrive(`${name}-redrive`, { queues, scope, settings, service }, parent);
    const sweep = new Sweep(`${name}-sweep`, { queues, scope, settings, service }, parent);
    const alarms = new Alarms(
      `${name}-alarms`,
      {
        queues,
        rules,
        stateMachineArn,
        scope,
        settings,
        service,
        dispatchFunction: dispatcher.functionName,
        sweepFunction: sweep.functionName,
      },
      parent,
    );
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
function enableSecurityHub(name: string, parent: pulumi.Resource): void {
  new aws.securityhub.Account(name, { enableDefaultStandards: false }, { parent, retainOnDelete: true });
}
