import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAllowed, parsePolicy } from "../local/iam.ts";
import { ACCOUNT, captureProgram, Program } from "./captured-program.ts";
import { embeddedRun } from "./embedded/run-embedded.ts";

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
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
  it("export: false switches off what finds work, and nothing that finishes it", async () => {
    const program = await capture({ export: false });
    const off = Object.entries(rules(program)).flatMap(([name, state]) => (state === "DISABLED" ? [name] : []));
    const triggers = ["command", "association", "compliance", "termination"].map((kind) => `triggers-${kind}`);
    expect(off).to.have.members([...triggers, "sweep-schedule"]);
    expect(program.all("MetricAlarm").map(({ name }) => name)).to.not.include(
      "patch-findings-eu-west-1-alarms-sweep-missing",
    );
    expect(Object.values(rules(await capture({ export: true })))).to.not.include("DISABLED");
  });

  it("export: false finds nothing, and says so without failing", async () => {
    const directory = await mkdtemp(join(tmpdir(), "export-"));
    const config = join(directory, "off.yaml");
    await writeFile(
      config,
      "config: { patch-manager-findings:regions: [eu-west-1], patch-manager-findings:export: false }",
    );
    const outcome = await embeddedRun(["--nodes", "5", "--sweep", "--config", config]);
    await rm(directory, { recursive: true });
    expect([outcome.executions, outcome.missing, outcome.unswept, outcome.findings]).to.deep.equal([[], [], [], []]);
  });

  it("gives everything that the settings ask for", async () => {
    const program = await capture(EVERYTHING);
    expect(program.all("Role").map(({ inputs }) => inputs["permissionsBoundary"])).to.deep.equal(
      Array(8).fill(BOUNDARY),
    );
    const [provider] = program.resources.filter(({ type }) => type === "pulumi:providers:aws");
    expect(JSON.parse(String(provider?.inputs["defaultTags"]))).to.deep.equal({ tags: { owner: "ann" } });
    const topic = program.arn("Topic", "alarms-topic");
    expect(program.one("TopicSubscription", "alarms-topic-email").inputs).to.deep.equal({
      topic,
      protocol: "email",
      endpoint: "ann@example.com",
    });
    for (const { inputs } of program.all("MetricAlarm")) expect(inputs["alarmActions"]).to.deep.equal([topic]);
    expect(program.one("Account", "hub").inputs).to.deep.equal({ enableDefaultStandards: false });
  });

  it("asks for nothing of it by default", async () => {
    const program = await capture({});
    for (const type of ["Account", "TopicSubscription"]) expect(program.all(type)).to.deep.equal([]);
    for (const { inputs } of program.all("Role")) expect(inputs["permissionsBoundary"]).to.equal(undefined);
  });

  it("namePrefix names every resource, within AWS's limits even where it is longest", async () => {
    const region = "ap-southeast-7";
    const resources = await captureProgram([region], { namePrefix: "abcdefghijklmnopqrst" });
    const own = resources.filter(({ type }) => !type.startsWith("pulumi:"));
    for (const { name } of own) expect(name).to.match(/^abcdefghijklmnopqrst-ap-southeast-7/);
    const limited = own.filter(({ type }) => /:(Role|Function|EventRule)$/.test(type));
    // Pulumi adds 8 characters; IAM, Lambda and EventBridge take 64.
    for (const { name } of limited) expect(name.length + 8, name).to.be.at.most(64);
  });

  it("looks for finished sweeps within the seven days that CloudWatch looks back", async () => {
    for (const sweepHours of [1, 12, 72]) {
      const { inputs } = (await capture({ sweepHours })).one("MetricAlarm", "alarms-sweep-missing");
      expect(inputs).to.include({ period: 3600, evaluationPeriods: 2 * sweepHours + 1, treatMissingData: "breaching" });
      expect(Number(inputs["evaluationPeriods"])).to.be.at.most(7 * 24);
    }
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
    it(`with SecureTransport ${transport}: ${allowed ? "allowed" : "denied"} for everybody`, () => {
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
