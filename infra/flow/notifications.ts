import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import { Component } from "../parts/component.ts";
import { eventsOf, type AccountScope } from "../parts/account-scope.ts";
import { queueArn, queueUrl, roleArn, ruleArn } from "../parts/arns.ts";
import { hoursFrom } from "../parts/hours-from.ts";
import { policyDocument, queuePolicy, trustPolicy } from "../parts/policy.ts";
import { queueEncryption } from "../parts/queue-key.ts";
import type { Settings } from "../settings.ts";
import { firstHour } from "../settings/notify-settings.ts";

type Notify = NonNullable<Settings["notify"]>;

interface NotificationsArgs {
  readonly notify: Notify;
  /** ARN of an SNS topic or an event bus. */
  readonly target: string;
  readonly scope: AccountScope;
  readonly settings: Settings;
}

/** The maximum of SQS. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/**
 * Creates the rule that sends Security Hub's events about changed findings to a target, and the queue for events that
 * EventBridge cannot deliver within 24 hours. An SNS topic has a policy of its own. For an event bus, EventBridge needs
 * a role (Amazon EventBridge User Guide, "Permissions for event buses").
 *
 * @example
 * const { deadLetters } = new Notifications(`${name}-notify`, { notify, target, scope, settings }, { parent: this });
 */
export class Notifications extends Component {
  readonly deadLetters: aws.sqs.Queue;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Notifications", name, opts);
    const { notify, target, scope, settings } = args;
    this.deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      { ...queueEncryption(settings, scope), messageRetentionSeconds: RETENTION_SECONDS },
      { parent: this },
    );
    const description = "Patch Manager Findings: sends changes of findings to tickets or chat";
    const eventPattern = pulumi.jsonStringify(changedFindings(scope, notify));
    const rule = new aws.cloudwatch.EventRule(name, { description, eventPattern }, { parent: this });
    const deadLetters = queueArn(scope, this.deadLetters);
    new aws.sqs.QueuePolicy(
      name,
      { queueUrl: queueUrl(scope, this.deadLetters), policy: queuePolicy(deadLetters, ruleArn(scope, rule)) },
      { parent: this },
    );
    const role = target.includes(":event-bus/") ? this.createRole(name, args) : undefined;
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        arn: target,
        ...(role && { roleArn: roleArn(scope, role) }),
        deadLetterConfig: { arn: deadLetters },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }

  private createRole(name: string, { target, settings }: NotificationsArgs): aws.iam.Role {
    const role = new aws.iam.Role(
      name,
      {
        description: "Sends changes of findings to an event bus",
        assumeRolePolicy: trustPolicy("events.amazonaws.com"),
        permissionsBoundary: settings.permissionsBoundary,
      },
      { parent: this },
    );
    const policy = policyDocument([{ Effect: "Allow", Action: ["events:PutEvents"], Resource: target }]);
    new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent: this });
    return role;
  }
}

/**
 * Returns the event pattern of this account's and Region's own findings that changed. In an administrator account and an
 * aggregation Region, Security Hub also sends events about findings of other accounts and Regions. Their product is
 * another one.
 */
function changedFindings(scope: AccountScope, { changes, minimumSeverity, from }: Notify) {
  const { partition, region, account } = scope;
  const severities = SEVERITY_LABELS.slice(0, SEVERITY_LABELS.indexOf(minimumSeverity) + 1);
  return {
    ...eventsOf(scope),
    source: ["aws.securityhub"],
    "detail-type": ["Security Hub Findings - Imported"],
    detail: {
      findings: {
        ProductArn: [pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`],
        GeneratorId: Object.values(GENERATOR_IDS),
        ProductFields: {
          [PRODUCT_FIELDS.change]: changes,
          [PRODUCT_FIELDS.peakSeverity]: severities,
          [PRODUCT_FIELDS.openedAt]: hoursFrom(firstHour(from)).map((prefix) => ({ prefix })),
        },
      },
    },
  };
}
