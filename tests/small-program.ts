/** A small program in the shape of the captured graph: event -> rule -> queue -> mapping -> function -> state machine. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CapturedResource } from "../local/captured-resource.ts";
import { FaultPlan, checkFaults } from "../local/faults.ts";
import { Gateway } from "../local/gateway.ts";
import type { StandIn } from "../local/stand-in.ts";
import { startCloud, type Cloud } from "../local/cloud.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-west-1";
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:machine`;
export const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/app`;
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** Starts an execution for each message; fails those whose body says so. */
const DISPATCH = `
const call = async (service, target, input) => {
  const credential = process.env.AWS_ACCESS_KEY_ID + "/20260101/" + process.env.AWS_REGION + "/" + service + "/aws4_request";
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: { "x-amz-target": target, authorization: "AWS4-HMAC-SHA256 Credential=" + credential + ", Signature=x" },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error((await response.json()).__type);
};
exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    const { detail } = JSON.parse(record.body);
    console.log("saw " + detail.mode);
    if (detail.mode === "throw") throw new Error("the whole batch");
    if (detail.mode === "hang") await new Promise(() => undefined);
    if (detail.mode === "forbidden") await call("ssm", "AmazonSSM.ListComplianceItems", {}).catch((error) => console.log(error.message));
    if (detail.mode === "poison") batchItemFailures.push({ itemIdentifier: record.messageId });
    else await call("states", "AWSStepFunctions.StartExecution", { stateMachineArn: process.env.MACHINE, name: record.messageId, input: JSON.stringify(detail) });
  }
  return { batchItemFailures };
};`;

/** Fails as it is told; \`flaky\` works the third time. */
const WORK = `
let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  if (event.mode === "flaky" && calls < 3) throw Object.assign(new Error("try again"), { name: "Flaky" });
  if (event.mode === "broken") throw Object.assign(new Error("no use"), { name: "Broken" });
  if (event.mode === "large") return { text: "x".repeat(300000) };
  return {
    calls,
    left: context.getRemainingTimeInMillis() > 0,
    host: Object.keys(process.env).filter((key) => key.startsWith("AWS_")).sort(),
    profile: process.env.AWS_PROFILE ?? null,
  };
};`;

const DEFINITION = {
  StartAt: "Work",
  States: {
    Work: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: functionArn("work"), "Payload.$": "$" },
      TimeoutSeconds: 10,
      Retry: [
        {
          ErrorEquals: ["Flaky"],
          IntervalSeconds: 5,
          MaxAttempts: 3,
          BackoffRate: 2,
          MaxDelaySeconds: 8,
          JitterStrategy: "FULL",
        },
        { ErrorEquals: ["Lambda.ServiceException"], IntervalSeconds: 1, MaxAttempts: 2 },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Park" }],
      OutputPath: "$.Payload",
      Next: "Rest",
    },
    Rest: { Type: "Wait", Seconds: 3, End: true },
    Park: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: {
        QueueUrl: "OUTAGE_URL",
        MessageBody: { "mode.$": "$.mode", "error.$": "$.error" },
        DelaySeconds: 60,
      },
      TimeoutSeconds: 10,
      ResultPath: null,
      End: true,
    },
  },
};

const allow = (Action: string | string[], Resource: string | string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
const trust = (Service: string): string => {
  const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service }, Condition };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
};

const resource = (type: string, name: string, inputs: object, id = name, arn = ""): CapturedResource => ({
  type,
  name,
  inputs: Object.fromEntries(Object.entries(inputs)),
  id,
  arn,
  region: REGION,
});

/** The graph; `folder` holds the bundles. */
function smallProgram(port: number, folder: string, rate = "rate(1 hour)"): CapturedResource[] {
  const url = (name: string): string => `http://127.0.0.1:${port}/${ACCOUNT}/${name}`;
  const queue = (name: string, inputs: object): CapturedResource =>
    resource("aws:sqs/queue:Queue", name, { name, ...inputs }, url(name), queueArn(name));
  const role = (name: string, service: string): CapturedResource =>
    resource("aws:iam/role:Role", name, { assumeRolePolicy: trust(service) }, name, roleArn(name));
  const lambda = (name: string, inputs: object): CapturedResource => {
    const code = { [`${name}.cjs`]: join(folder, `${name}.cjs`) };
    const all = { name, role: roleArn(name), handler: `${name}.handler`, runtime: "nodejs24.x", code, ...inputs };
    return resource("aws:lambda/function:Function", name, all, name, functionArn(name));
  };
  const sendPolicy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn("work"),
        Condition: { ArnEquals: { "aws:SourceArn": RULE } },
      },
    ],
  };
  const poll = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  const rolePolicy = (name: string, policy: string): CapturedResource =>
    resource("aws:iam/rolePolicy:RolePolicy", name, { role: name.replace(/-.*/, ""), policy });
  const dead = { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 };
  const definition = JSON.stringify(DEFINITION).replace("OUTAGE_URL", url("outage"));
  return [
    queue("work", { visibilityTimeoutSeconds: 1, redrivePolicy: JSON.stringify(dead), sqsManagedSseEnabled: true }),
    queue("dead", {}),
    queue("outage", {}),
    resource("aws:sqs/queuePolicy:QueuePolicy", "work", { queueUrl: url("work"), policy: JSON.stringify(sendPolicy) }),
    role("dispatch", "lambda.amazonaws.com"),
    rolePolicy("dispatch-poll", allow(poll, queueArn("work"))),
    rolePolicy("dispatch-start", allow("states:StartExecution", MACHINE)),
    role("work", "lambda.amazonaws.com"),
    role("machine", "states.amazonaws.com"),
    rolePolicy("machine-invoke", allow("lambda:InvokeFunction", functionArn("work"))),
    rolePolicy("machine-park", allow("sqs:SendMessage", queueArn("outage"))),
    lambda("dispatch", { timeout: 1, environment: { variables: { MACHINE } } }),
    lambda("work", { timeout: 5 }),
    resource(
      "aws:sfn/stateMachine:StateMachine",
      "machine",
      { definition, roleArn: roleArn("machine") },
      MACHINE,
      MACHINE,
    ),
    resource("aws:cloudwatch/eventRule:EventRule", "app", { eventPattern: '{"source":["app"]}' }, "app", RULE),
    resource("aws:cloudwatch/eventTarget:EventTarget", "app", { rule: "app", arn: queueArn("work") }),
    resource(
      "aws:cloudwatch/eventRule:EventRule",
      "tick",
      { scheduleExpression: rate },
      "tick",
      RULE.replace("app", "tick"),
    ),
    resource("aws:cloudwatch/eventTarget:EventTarget", "tick", {
      rule: "tick",
      arn: functionArn("work"),
      input: '{"mode":"tick"}',
    }),
    resource("aws:lambda/permission:Permission", "tick", {
      action: "lambda:InvokeFunction",
      function: "work",
      principal: "events.amazonaws.com",
      sourceArn: RULE.replace("app", "tick"),
    }),
    resource("aws:lambda/eventSourceMapping:EventSourceMapping", "dispatch", {
      eventSourceArn: queueArn("work"),
      functionName: functionArn("dispatch"),
      functionResponseTypes: ["ReportBatchItemFailures"],
    }),
    resource("patch-manager-findings:index:Triggers", "triggers", {}),
  ];
}

/** The same graph with other inputs for one resource. */
export const withInputs =
  (type: string, name: string, inputs: object) =>
  (resources: CapturedResource[]): CapturedResource[] =>
    resources.map((each) =>
      each.type.endsWith(`:${type}`) && each.name === name ? { ...each, inputs: { ...each.inputs, ...inputs } } : each,
    );
/** The same graph less one resource. */
export const without =
  (type: string, name: string) =>
  (resources: CapturedResource[]): CapturedResource[] =>
    resources.filter((each) => !(each.type.endsWith(`:${type}`) && each.name === name));

/** What a test may change about the program or its surroundings. */
export interface SmallCloudOptions {
  readonly change?: (resources: CapturedResource[]) => CapturedResource[];
  readonly faults?: object[];
  readonly log?: (line: string) => void;
  readonly rate?: string;
  readonly keepPayloads?: number;
}

/** Starts the small program; `stop` leaves nothing behind. */
export async function startSmallCloud(
  options: SmallCloudOptions = {},
): Promise<{ cloud: Cloud; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "small-cloud-"));
  await writeFile(join(folder, "dispatch.cjs"), DISPATCH);
  await writeFile(join(folder, "work.cjs"), WORK);
  const gateway = await Gateway.listen();
  const ssm: StandIn = { call: () => ({}) };
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  try {
    const resources = smallProgram(gateway.port, folder, options.rate);
    const cloud = await startCloud({
      resources: options.change?.(resources) ?? resources,
      gateway,
      services: { ssm: new Map([[REGION, ssm]]) },
      faults: new FaultPlan(checkFaults(options.faults ?? [], "plan"), () => Date.now()),
      timeScale: 100,
      now: () => new Date(),
      ...(options.keepPayloads !== undefined && { keepPayloads: options.keepPayloads }),
      log: (name) => (text) => options.log?.(`${name}: ${text}`),
    });
    const stop = async (): Promise<void> => {
      await cloud.close();
      await remove();
    };
    return { cloud, stop };
  } catch (error) {
    await gateway.close();
    await remove();
    throw error;
  }
}
