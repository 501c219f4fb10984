import { expect } from "chai";
import { createRequire } from "node:module";
import * as z from "zod";
import { FUNCTION_VARIABLES, parseEnvironment, type FunctionName } from "../../contract/environment.ts";
import { captureProgram, Program, TRIGGERS } from "../fixtures/captured-program.ts";

const FUNCTIONS = [
  "resolve-window",
  "gather",
  "evaluate",
  "choose-severity",
  "publish",
  "dispatch",
  "redrive",
  "sweep",
];

/** Everything that one Region gets: type -> names after the component's own. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "patch-findings:index:PatchFindings": [""],
  "patch-findings:flow:Queues": ["queues"],
  "patch-findings:flow:Triggers": ["triggers"],
  "patch-findings:flow:PatchStateMachine": [""],
  "patch-findings:flow:Dispatcher": ["dispatch"],
  "patch-findings:flow:FailedExecutions": ["failed-executions"],
  "patch-findings:flow:QueueAccess": ["access"],
  "patch-findings:flow:Redrive": ["redrive"],
  "patch-findings:flow:Sweep": ["sweep"],
  "patch-findings:watch:Alarms": [""],
  "patch-findings:watch:Dashboard": ["dashboard"],
  "patch-findings:flow:MaintenanceWindows": ["window"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboard-page"],
  "patch-findings:parts:LambdaFunction": FUNCTIONS,
  "aws:sqs/queue:Queue": ["queues-work", "queues-outage", "queues-quarantine", "sweep-queue"],
  "aws:sqs/queuePolicy:QueuePolicy": ["access-work", "access-outage", "access-quarantine", "sweep-access"],
  "aws:cloudwatch/eventRule:EventRule": [
    "triggers-command",
    "triggers-association",
    "triggers-compliance",
    "triggers-termination",
    "triggers-deregister",
    "failed-executions",
    "redrive-schedule",
    "sweep-schedule",
  ],
  "aws:cloudwatch/eventTarget:EventTarget": [
    "triggers-command",
    "triggers-association",
    "triggers-compliance",
    "triggers-termination",
    "triggers-deregister",
    "failed-executions",
    "redrive-target",
    "sweep-target",
  ],
  "aws:lambda/function:Function": FUNCTIONS,
  "aws:cloudwatch/logGroup:LogGroup": FUNCTIONS.map((name) => `${name}-log`),
  "aws:iam/role:Role": [...FUNCTIONS, ""],
  "aws:iam/rolePolicy:RolePolicy": [...FUNCTIONS.map((name) => `${name}-policy`), "policy"],
  "aws:sfn/stateMachine:StateMachine": [""],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ["dispatch-mapping", "sweep-mapping"],
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": ["dispatch-recursion", "sweep-recursion"],
  "aws:lambda/permission:Permission": ["redrive-permission"],
  "aws:sns/topic:Topic": ["alarms"],
  "aws:sns/topicPolicy:TopicPolicy": ["alarms"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    ...[
      "not-enabled",
      "systems-manager-denied",
      "unavailable",
      "throttled",
      "quarantine",
      "old-work",
      "work-not-taken",
    ],
    ...["executions-failed", "executions-timed-out", "executions-not-started"],
    ...["executions-not-counted", "executions-waiting"],
    ...["sweep-unfinished", "sweep-missing", "dispatch-failed", "redrive-failed", "sweep-failed", "latency"],
    ...[...TRIGGERS, "failed-executions", "redrive", "sweep"].map((kind) => `rule-${kind}`),
  ],
};

/** AWS's limits of names that Pulumi makes from logical names, by adding 8 characters. */
const NAME_LIMITS: Readonly<Record<string, number>> = {
  Role: 64,
  Function: 64,
  Queue: 80,
  EventRule: 64,
  EventTarget: 64,
  StateMachine: 80,
  LogGroup: 512,
  MetricAlarm: 255,
};
const SUFFIX = 8;
const LONGEST_REGIONS = ["ap-southeast-7", "ap-northeast-3"];

const functionInputs = z.object({
  architectures: z.array(z.string()),
  code: z.record(z.string(), z.string()),
  environment: z.object({ variables: z.record(z.string(), z.string()) }),
  handler: z.string(),
  loggingConfig: z.object({ logFormat: z.string(), logGroup: z.string() }),
  role: z.string(),
  runtime: z.string(),
  timeout: z.number(),
});

describe("the captured program", () => {
  let program: Program;
  /** Other settings, in several Regions: a second one, and those with the longest names. */
  let changed: Program;
  before(async () => {
    program = new Program(await captureProgram());
    const settings = { batchingWindowSeconds: 300, maximumConcurrency: 9, redriveMinutes: 1 };
    changed = new Program(await captureProgram(["us-east-2", ...LONGEST_REGIONS], settings), "us-east-2");
  });

  it("has exactly these resources", () => {
    const outside = ["pulumi:pulumi:Stack patch-manager-findings-local", "pulumi:providers:aws aws"];
    const inside = Object.entries(EXPECTED).flatMap(([type, names]) =>
      names.map((name) => `${type} patch-findings-eu-west-1${name === "" ? "" : `-${name}`}`),
    );
    expect(program.resources.map(({ type, name }) => `${type} ${name}`)).to.have.members([...outside, ...inside]);
  });

  it("is the same when captured again", async () => {
    const order = (a: { type: string; name: string }, b: { type: string; name: string }) =>
      `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1;
    const again = await captureProgram();
    expect(again.toSorted(order)).to.deep.equal(program.resources.toSorted(order));
  });

  describe("queues", () => {
    const retention = (name: string) => Number(program.one("Queue", name).inputs["messageRetentionSeconds"]);

    it("are encrypted", () => {
      for (const { inputs } of program.all("Queue")) expect(inputs["sqsManagedSseEnabled"]).to.equal(true);
    });

    it("keep dead letters longer than work, for the maximum of SQS", () => {
      expect(retention("queues-outage")).to.be.greaterThan(retention("queues-work"));
      expect([retention("queues-outage"), retention("queues-quarantine")]).to.deep.equal([1_209_600, 1_209_600]);
    });

    it("send messages to the outage queue after five failures, and none in a circle", () => {
      const redrive = z.string().parse(program.one("Queue", "queues-work").inputs["redrivePolicy"]);
      expect(JSON.parse(redrive)).to.deep.equal({
        deadLetterTargetArn: program.arn("Queue", "queues-outage"),
        maxReceiveCount: 5,
      });
      for (const name of ["queues-outage", "queues-quarantine"]) {
        expect(program.one("Queue", name).inputs).to.not.have.property("redrivePolicy");
      }
    });
  });

  const targets: { name: string; rule: string; to: [string, string]; deadLetter?: string }[] = [
    ...TRIGGERS.map((kind) => ({
      name: `triggers-${kind}`,
      rule: `triggers-${kind}`,
      to: ["Queue", "queues-work"] as [string, string],
      deadLetter: "queues-outage",
    })),
    {
      name: "failed-executions",
      rule: "failed-executions",
      to: ["Queue", "queues-outage"],
      deadLetter: "queues-quarantine",
    },
    { name: "redrive-target", rule: "redrive-schedule", to: ["Function", "redrive"] },
    { name: "sweep-target", rule: "sweep-schedule", to: ["Queue", "sweep-queue"] },
  ];
  for (const { name, rule, to, deadLetter } of targets) {
    it(`rule ${rule} sends whole events to ${to[1]}`, () => {
      expect(program.one("EventTarget", name).inputs).to.deep.equal({
        rule: program.one("EventRule", rule).id,
        arn: program.arn(...to),
        region: "eu-west-1",
        ...(deadLetter !== undefined && { deadLetterConfig: { arn: program.arn("Queue", deadLetter) } }),
      });
    });
  }

  it("takes messages from the work queue in batches, and reports only the failed ones", () => {
    const { inputs } = changed.one("EventSourceMapping", "dispatch-mapping");
    expect(inputs).to.deep.include({
      eventSourceArn: changed.arn("Queue", "queues-work"),
      functionName: changed.arn("Function", "dispatch"),
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 300,
      scalingConfig: { maximumConcurrency: 9 },
    });
    const timeout = Number(changed.one("Function", "dispatch").inputs["timeout"]);
    expect(changed.one("Queue", "queues-work").inputs["visibilityTimeoutSeconds"]).to.be.at.least(6 * timeout + 300);
  });

  it("runs redrive as often as the settings say", () => {
    const inputs = [program, changed].map((each) => each.one("EventRule", "redrive-schedule").inputs);
    const expressions = inputs.map(({ scheduleExpression }) => scheduleExpression);
    expect(expressions).to.deep.equal(["rate(5 minutes)", "rate(1 minute)"]);
  });

  it("watches queues and state machine by the dimensions that AWS gives their metrics", () => {
    const dimensions = (name: string) => program.one("MetricAlarm", name).inputs["dimensions"];
    const machine = { StateMachineArn: program.arn("StateMachine", "") };
    expect(dimensions("quarantine")).to.deep.equal({ QueueName: "patch-findings-eu-west-1-queues-quarantine" });
    expect(dimensions("old-work")).to.deep.equal({ QueueName: "patch-findings-eu-west-1-queues-outage" });
    expect(dimensions("executions-failed")).to.deep.equal(machine);
    expect(dimensions("executions-timed-out")).to.deep.equal(machine);
    const service = program.one("Function", "publish").inputs["environment"];
    expect(service).to.have.nested.property("variables.POWERTOOLS_SERVICE_NAME", "patch-findings-eu-west-1");
    for (const name of ["not-enabled", "systems-manager-denied", "unavailable", "throttled"]) {
      expect(dimensions(name)).to.deep.equal({ service: "patch-findings-eu-west-1" });
    }
  });

  describe("functions", () => {
    for (const name of FUNCTIONS) {
      it(`${name}: runtime, role, log, bundle and variables`, () => {
        const inputs = functionInputs.parse(program.one("Function", name).inputs);
        expect([inputs.runtime, inputs.architectures]).to.deep.equal(["nodejs24.x", ["arm64"]]);
        expect(inputs.role).to.equal(program.arn("Role", name));
        const log = program.one("LogGroup", `${name}-log`);
        expect(inputs.loggingConfig).to.deep.equal({ logFormat: "JSON", logGroup: log.id });
        expect(log.inputs["retentionInDays"]).to.equal(30);
        const [file = "", path = ""] = Object.entries(inputs.code)[0] ?? [];
        expect(inputs.handler).to.equal(`${file.replace(/\.cjs$/, "")}.handler`);
        expect(createRequire(import.meta.url)(path)).to.respondTo("handler");
        const { variables } = inputs.environment;
        const entry = inputs.handler.replace(/\.handler$/, "") as FunctionName;
        expect(Object.keys(variables)).to.have.members(FUNCTION_VARIABLES[entry]);
        expect(() => parseEnvironment(entry, variables)).to.not.throw();
      });
    }
  });

  it("keeps names within AWS's limits in the Regions with the longest names", () => {
    const limit = (type: string) => NAME_LIMITS[type.split(":").at(-1) ?? ""];
    const checked = changed.resources.filter(({ type }) => limit(type) !== undefined);
    const tooLong = checked.filter(({ type, name }) => name.length + SUFFIX > (limit(type) ?? 0));
    for (const region of LONGEST_REGIONS) {
      expect(checked.filter(({ name }) => name.includes(region))).to.have.lengthOf.above(20);
    }
    expect(tooLong.map(({ type, name }) => `${type} ${name}`)).to.deep.equal([]);
  });

  it("gives each Region independent resources", () => {
    const regions = ["us-east-2", ...LONGEST_REGIONS];
    // One stack and one provider for all.
    expect(changed.resources).to.have.lengthOf(3 * (program.resources.length - 2) + 2);
    for (const region of regions) {
      const own = changed.resources.filter(({ name }) => name.startsWith(`patch-findings-${region}`));
      expect(own).to.have.lengthOf(program.resources.length - 2);
      for (const other of regions) {
        if (other !== region) expect(JSON.stringify(own)).to.not.include(other);
      }
      for (const { type, inputs } of own) {
        const isRegional = type.startsWith("aws:") && !type.startsWith("aws:iam/");
        expect(inputs["region"], type).to.equal(isRegional ? region : undefined);
      }
      const regionsOfArns = own.flatMap(({ arn }) => (arn === "" ? [] : [arn.split(":")[3]]));
      expect(new Set(regionsOfArns)).to.deep.equal(new Set([region, ""]));
    }
  });
});
