import { expect } from "chai";
import { parseUnmanagedInstances } from "../../contract/unmanaged-instances.ts";
import { isAllowed, parsePolicy } from "../../local/services/iam/iam.ts";
import { ACCOUNT, captureProgram, Program, TRIGGERS } from "../fixtures/captured-program.ts";

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const EVERYTHING = {
  alarmEmail: "ann@example.com",
  enableSecurityHub: true,
  permissionsBoundary: BOUNDARY,
  tags: { owner: "ann" },
};

const capture = async (settings: object) => new Program(await captureProgram(["eu-west-1"], { ...settings }));
const rules = (program: Program) =>
  Object.fromEntries(program.all("EventRule").map(({ name, inputs }) => [program.short(name), inputs["state"]]));

describe("the program under other settings", () => {
  it("export: false disables the triggers, and nothing that finishes started work", async () => {
    const program = await capture({ export: false });
    const off = Object.entries(rules(program)).flatMap(([name, state]) => (state === "DISABLED" ? [name] : []));
    const triggers = TRIGGERS.map((kind) => `triggers-${kind}`);
    expect(off).to.have.members([...triggers, "sweep-schedule"]);
    expect(program.all("MetricAlarm").map(({ name }) => name)).to.not.include("patch-findings-eu-west-1-sweep-missing");
    expect(Object.values(rules(await capture({ export: true })))).to.not.include("DISABLED");
  });

  it("creates everything that the settings enable", async () => {
    const program = await capture(EVERYTHING);
    expect(program.all("Role").map(({ inputs }) => inputs["permissionsBoundary"])).to.deep.equal(
      Array(9).fill(BOUNDARY),
    );
    const [provider] = program.resources.filter(({ type }) => type === "pulumi:providers:aws");
    expect(JSON.parse(String(provider?.inputs["defaultTags"]))).to.deep.equal({ tags: { owner: "ann" } });
    const topic = program.arn("Topic", "alarms");
    expect(program.one("TopicSubscription", "alarms-email").inputs).to.deep.equal({
      topic,
      protocol: "email",
      endpoint: "ann@example.com",
      region: "eu-west-1",
    });
    for (const { inputs } of program.all("MetricAlarm")) expect(inputs["alarmActions"]).to.deep.equal([topic]);
    const [hub] = program.all("Account");
    expect(hub?.inputs).to.deep.equal({ enableDefaultStandards: false, region: "eu-west-1" });
  });

  it("the sweep reads tags to leave out as lists, with one value or several in the setting", async () => {
    const leaveOutTags = { Lifecycle: "immutable", Team: ["batch", ""] };
    const { inputs } = (await capture({ unmanagedInstances: { leaveOutTags } })).one("Function", "sweep");
    const { variables } = inputs["environment"] as { variables: Record<string, string> };
    expect(parseUnmanagedInstances(variables["UNMANAGED_INSTANCES"] ?? "")).to.deep.equal({
      minimumAgeHours: 24,
      leaveOutTags: { Lifecycle: ["immutable"], Team: ["batch", ""] },
      autoScaling: false,
    });
  });

  it("a maintenance window's task comes last, without name and targets, under a role that may start only this machine", async () => {
    const program = await capture({ maintenanceWindows: { "eu-west-1": ["mw-0123456789abcdef0"] } });
    const machine = program.arn("StateMachine", "");
    const { inputs } = program.one("MaintenanceWindowTask", "mw-0123456789abcdef0");
    expect(inputs).to.deep.include({
      windowId: "mw-0123456789abcdef0",
      taskType: "STEP_FUNCTIONS",
      taskArn: machine,
      serviceRoleArn: program.arn("Role", "window-role"),
      priority: 1000,
      taskInvocationParameters: {
        stepFunctionsParameters: {
          input: '{"windowId":"{{WINDOW_ID}}","windowExecutionId":"{{WINDOW_EXECUTION_ID}}"}',
        },
      },
    });
    expect(Object.keys(inputs)).to.not.include("targets");
    expect(JSON.parse(String(program.one("RolePolicy", "window-role-policy").inputs["policy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["states:StartExecution"], Resource: machine },
        {
          Effect: "Allow",
          Action: ["states:DescribeExecution"],
          Resource: `${machine.replace(":stateMachine:", ":execution:")}:*`,
        },
      ],
    });
  });

  it("the dashboard shows metrics of this stack and Region only, for existing functions and queues", async () => {
    const program = await capture({});
    const { inputs } = program.one("Dashboard", "dashboard-page");
    const { widgets } = JSON.parse(String(inputs["dashboardBody"])) as {
      widgets: { x: number; y: number; properties: { metrics: string[][]; region: string } }[];
    };
    expect(new Set(widgets.map(({ x, y }) => `${x}/${y}`)).size).to.equal(widgets.length);
    const names = new Set([...program.resources.map(({ id }) => id), ...program.resources.map(({ arn }) => arn)]);
    const queues = new Set(program.all("Queue").map(({ name }) => name));
    for (const { properties } of widgets) {
      expect(properties.region).to.equal("eu-west-1");
      for (const [namespace = "", , dimension, value = ""] of properties.metrics) {
        if (namespace === "PatchManagerFindings")
          expect([dimension, value]).to.deep.equal(["service", "patch-findings-eu-west-1"]);
        else expect(names.has(value) || queues.has(value), `${namespace} ${value}`).to.equal(true);
      }
    }
  });

  it("an alarm for every rule reports events that EventBridge could not deliver", async () => {
    const program = await capture({});
    const watched = program.all("MetricAlarm").filter(({ inputs }) => inputs["metricName"] === "FailedInvocations");
    const rules = program.all("EventRule").map(({ id }) => ({ RuleName: id }));
    expect(watched.map(({ inputs }) => inputs["dimensions"])).to.have.deep.members(rules);
  });

  it("creates none of it by default", async () => {
    const program = await capture({});
    for (const type of ["Account", "TopicSubscription", "Insight", "MaintenanceWindowTask"])
      expect(program.all(type)).to.deep.equal([]);
    for (const { inputs } of program.all("Role")) expect(inputs["permissionsBoundary"]).to.equal(undefined);
  });

  it("a KMS key encrypts every queue, and whoever uses a queue may use its key only through SQS", async () => {
    const program = await capture({ kmsKeys: { "eu-west-1": KEY } });
    expect(
      program.all("Queue").map(({ inputs }) => [inputs["kmsMasterKeyId"], inputs["sqsManagedSseEnabled"]]),
    ).to.deep.equal(Array(4).fill([KEY, undefined]));
    const keyStatement = {
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: KEY,
      Condition: { StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" } },
    };
    const holders = program.all("RolePolicy").flatMap(({ name, inputs }) => {
      const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: object[] };
      return Statement.filter((each) => JSON.stringify(each).includes("kms:")).map((each) => {
        expect(each).to.deep.equal(keyStatement);
        return program.short(name);
      });
    });
    expect(holders).to.have.members([
      ...["dispatch-policy", "redrive-policy", "sweep-policy"],
      ...["publish-policy", "policy"],
    ]);
  });

  it("while the KMS key changes, whoever uses a queue may use both keys", async () => {
    const next = KEY.replace("key/1234", "key/5678");
    const keysOf = async (settings: object) => {
      const policies = (await capture(settings)).all("RolePolicy").map(({ inputs }) => String(inputs["policy"]));
      const statements = policies.flatMap(
        (text) => (JSON.parse(text) as { Statement: { Resource: unknown }[] }).Statement,
      );
      return statements.filter((each) => JSON.stringify(each).includes("kms:")).map(({ Resource }) => Resource);
    };
    const changing = { kmsKeys: { "eu-west-1": KEY }, additionalKmsKeys: { "eu-west-1": [next, KEY] } };
    expect(await keysOf(changing)).to.deep.equal(Array(5).fill([KEY, next]));
    // SQS's own key needs no permission, but messages are still encrypted with the earlier one.
    expect(await keysOf({ additionalKmsKeys: { "eu-west-1": [KEY] } })).to.deep.equal(Array(5).fill(KEY));
  });

  it("loops are allowed only in the Regions where Lambda detects them", async () => {
    const allowed = async (region: string) =>
      new Program(await captureProgram([region]), region).all("FunctionRecursionConfig").length;
    expect(await allowed("eu-west-1")).to.equal(2);
    for (const region of ["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "mx-central-1", "ap-southeast-6"]) {
      expect(await allowed(region), region).to.equal(0);
    }
  });

  it("traces and reserved concurrency are as the settings say", async () => {
    const plain = await capture({});
    for (const { inputs } of plain.all("Function")) {
      expect(inputs["tracingConfig"]).to.deep.equal({ mode: "Active" });
      expect(inputs["reservedConcurrentExecutions"], "new accounts refuse it").to.equal(undefined);
    }
    const other = await capture({ tracing: false, reservedConcurrency: 7, batchSize: 10 });
    for (const { inputs } of other.all("Function")) {
      expect(inputs["tracingConfig"]).to.deep.equal({ mode: "PassThrough" });
      expect(inputs["reservedConcurrentExecutions"]).to.equal(7);
    }
    expect(other.one("StateMachine", "").inputs["tracingConfiguration"]).to.deep.equal({ enabled: false });
    expect(other.one("EventSourceMapping", "dispatch-mapping").inputs["batchSize"]).to.equal(10);
  });

  it("namePrefix names every resource, within AWS's limits even with the longest prefix", async () => {
    // The longest that the settings let through together.
    const [region, namePrefix] = ["us-isof-south-1", "abcdefghijklmnopqrs"];
    const resources = await captureProgram([region], { namePrefix });
    const own = resources.filter(({ type }) => !type.startsWith("pulumi:"));
    for (const { name } of own) expect(name).to.match(/^abcdefghijklmnopqrs-us-isof-south-1/);
    const limited = own.filter(({ type }) => /:(Role|Function|EventRule|EventTarget)$/.test(type));
    // Pulumi adds 8 characters; IAM, Lambda and EventBridge take 64.
    for (const { name } of limited) expect(name.length + 8, name).to.be.at.most(64);
  });
});

describe("a queue's policy", () => {
  const queue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`;
  const policy = parsePolicy({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "x.amazonaws.com" }, Action: "sqs:SendMessage", Resource: queue },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:SendMessage",
        Resource: queue,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  for (const [transport, allowed] of [
    ["true", true],
    ["false", false],
  ] as const) {
    it(`with SecureTransport ${transport}: ${allowed ? "allowed" : "denied"} for every principal`, () => {
      const context = { "aws:SecureTransport": transport };
      const request = {
        action: "sqs:SendMessage",
        resource: queue,
        context,
        principal: { Service: "x.amazonaws.com" },
      };
      expect(isAllowed([policy], request).allowed).to.equal(allowed);
    });
  }
});
