/** The resource types that the capture and the local cloud know. Any other type stops the run. */

/** The id, ARN and outputs that a resource's provider would return. */
export interface Identity {
  readonly id: string;
  readonly arn?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}
type Identify = (name: string, arn: (service: string, resource: string) => string, url: () => string) => Identity;

const named =
  (service: string, kind: string): Identify =>
  (name, arn) => ({
    id: name,
    arn: arn(service, `${kind}${name}`),
    outputs: { name },
  });
const plain: Identify = (name) => ({ id: name });

/** Types that the local cloud runs. */
const SIMULATED = {
  "aws:sqs/queue:Queue": (name, arn, url) => ({ id: url(), arn: arn("sqs", name), outputs: { name, url: url() } }),
  "aws:sqs/queuePolicy:QueuePolicy": plain,
  "aws:iam/role:Role": named("iam", "role/"),
  "aws:iam/rolePolicy:RolePolicy": plain,
  "aws:lambda/function:Function": named("lambda", "function:"),
  "aws:lambda/permission:Permission": plain,
  "aws:lambda/eventSourceMapping:EventSourceMapping": plain,
  "aws:sfn/stateMachine:StateMachine": (name, arn) => {
    const own = arn("states", `stateMachine:${name}`);
    return { id: own, arn: own, outputs: { name } };
  },
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/eventTarget:EventTarget": plain,
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": plain,
} as const satisfies Readonly<Record<string, Identify>>;

/** Types that have no effect on a local run. */
const PASSIVE = {
  "aws:cloudwatch/dashboard:Dashboard": plain,
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": plain,
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": plain,
  "aws:securityhub/account:Account": plain,
  "aws:securityhub/insight:Insight": plain,
  "aws:sns/topic:Topic": named("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": plain,
  "aws:sns/topicSubscription:TopicSubscription": plain,
  "pulumi:providers:aws": plain,
  "pulumi:pulumi:Stack": () => ({ id: "" }),
} as const satisfies Readonly<Record<string, Identify>>;

const IDENTIFY: ReadonlyMap<string, Identify> = new Map(Object.entries({ ...SIMULATED, ...PASSIVE }));
const OWN_COMPONENTS = "patch-findings:";

/** A Pulumi type token of the resources that the local cloud runs, such as `aws:sqs/queue:Queue`. */
export type SimulatedType = keyof typeof SIMULATED;

/** Returns whether a Pulumi type token is known; the program's own components are. */
export function isResourceType(type: string): boolean {
  return IDENTIFY.has(type) || type.startsWith(OWN_COMPONENTS);
}

/** Returns the identity that a resource's provider would give it. `arn` and `url` are called only if the type has one. */
export function identityOf(type: string, ...[name, arn, url]: Parameters<Identify>): Identity {
  return (IDENTIFY.get(type) ?? plain)(name, arn, url);
}
