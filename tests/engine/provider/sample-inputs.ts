/** Inputs that AWS accepts, one set per resource type. Tests change one of them at a time. */
import { createHash } from "node:crypto";
import type { Values } from "./values.ts";

const ACCOUNT = "123456789012";
const REGION = "eu-west-1";
export const ROLE_NAME = "role-0123456";
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`;
export const QUEUE_URL = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/work`;
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:work`;
const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;

interface PolicyOptions {
  readonly actions?: readonly string[];
  readonly service?: string;
  readonly resource?: string;
}

/** Returns a policy document of one statement. */
export function policy({ actions = ["sqs:SendMessage"], service, resource }: PolicyOptions): string {
  const statement = {
    Effect: "Allow",
    Action: actions,
    ...(service !== undefined && { Principal: { Service: service } }),
    ...(resource !== undefined && { Resource: resource }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

export const trust = (...services: readonly string[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: services.map((Service) => ({ Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service } })),
  });

/** Returns an archive as Pulumi sends it. */
export function archive(files: Readonly<Record<string, string>>): Values {
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const assets = Object.entries(files).map(([name, path]) => [
    name,
    { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path, hash: hash(path) },
  ]);
  return {
    "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
    assets: Object.fromEntries(assets) as Values,
    hash: hash(JSON.stringify(files)),
  };
}

export const SAMPLES = {
  "aws:sqs/queue:Queue": { name: "work", visibilityTimeoutSeconds: 720 },
  "aws:sqs/queuePolicy:QueuePolicy": {
    queueUrl: QUEUE_URL,
    policy: policy({ service: "events.amazonaws.com", resource: QUEUE_ARN }),
  },
  "aws:iam/role:Role": {
    name: ROLE_NAME,
    assumeRolePolicy: trust("lambda.amazonaws.com", "states.amazonaws.com", "ssm.amazonaws.com"),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    name: "own",
    role: ROLE_NAME,
    policy: policy({ actions: ["sqs:*", "logs:CreateLogDelivery"], resource: "*" }),
  },
  "aws:lambda/function:Function": {
    ...{ name: "gather", role: ROLE_ARN, runtime: "nodejs24.x", handler: "gather.handler", timeout: 60 },
    code: archive({ "gather.cjs": "/nowhere/gather.cjs" }),
  },
  "aws:lambda/permission:Permission": {
    ...{ statementId: "schedule", action: "lambda:InvokeFunction", function: "gather" },
    principal: "events.amazonaws.com",
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    ...{ functionName: "gather", eventSourceArn: QUEUE_ARN, batchSize: 100, maximumBatchingWindowInSeconds: 5 },
    scalingConfig: { maximumConcurrency: 2 },
  },
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": { functionName: "gather", recursiveLoop: "Allow" },
  "aws:sfn/stateMachine:StateMachine": {
    ...{ name: "flow", roleArn: ROLE_ARN },
    definition: '{"StartAt":"Only","States":{"Only":{"Type":"Succeed"}}}',
  },
  "aws:cloudwatch/eventRule:EventRule": { name: "command", eventPattern: '{"source":["aws.ssm"]}' },
  "aws:cloudwatch/eventTarget:EventTarget": { targetId: "queue", rule: "command", arn: QUEUE_ARN },
  "aws:cloudwatch/dashboard:Dashboard": { dashboardName: "page", dashboardBody: '{"widgets":[]}' },
  "aws:cloudwatch/logGroup:LogGroup": { name: "log", retentionInDays: 30 },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    ...{ name: "alarm", namespace: "PatchManagerFindings", metricName: "Failed", statistic: "Sum", period: 900 },
    ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 0 },
    dimensions: { service: "dev" },
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": {
    ...{ name: "task", windowId: "mw-0123456789abcdef0", taskType: "STEP_FUNCTIONS", serviceRoleArn: ROLE_ARN },
    ...{ taskArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:flow`, priority: 9 },
    taskInvocationParameters: { stepFunctionsParameters: { input: "{}" } },
  },
  "aws:securityhub/account:Account": {},
  "aws:securityhub/insight:Insight": {
    ...{ name: "overdue", groupByAttribute: "ResourceId" },
    filters: { recordStates: [{ comparison: "EQUALS", value: "ACTIVE" }] },
  },
  "aws:sns/topic:Topic": { name: "alarms" },
  "aws:sns/topicPolicy:TopicPolicy": {
    arn: TOPIC_ARN,
    policy: policy({ service: "cloudwatch.amazonaws.com", actions: ["sns:Publish"], resource: TOPIC_ARN }),
  },
  "aws:sns/topicSubscription:TopicSubscription": { topic: TOPIC_ARN, protocol: "email", endpoint: "ops@example.com" },
} as const satisfies Readonly<Record<string, Values>>;

export type SampleType = keyof typeof SAMPLES;
