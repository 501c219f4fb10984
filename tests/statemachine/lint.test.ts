import { readdirSync, readFileSync } from "node:fs";
import validate from "asl-validator";
import { expect } from "chai";
import { checkFeatures, listOf, objectOf, statesOf } from "../../local/services/step-functions/asl-features.ts";
import * as errors from "../../functions/runtime/errors.ts";
import { placeholders, renderDefinition } from "../../statemachine/definition.ts";
import { FUNCTIONS, QUEUES, VALUES } from "./asl-runner.ts";
import { rules } from "./asl-rules.ts";
import { without } from "../fixtures/node-fixtures.ts";

const FILE = new URL("../../statemachine/patch-findings.asl.json", import.meta.url);
const FUNCTION_FILES = readdirSync(new URL("../../functions/", import.meta.url)).map((file) =>
  file.replace(/\.ts$/, ""),
);
const ERROR_FILE = readFileSync(new URL("../../functions/runtime/errors.ts", import.meta.url), "utf8");
const LITERAL_NAMES = [...ERROR_FILE.matchAll(/ name = "(\w+)"/g)].map(([, name = ""]) => name);
const RULES = rules(FUNCTION_FILES, LITERAL_NAMES);

type Json = Record<string, unknown>;
const definition = (): Json => JSON.parse(readFileSync(FILE, "utf8")) as Json;
const rendered = (): Json => JSON.parse(renderDefinition(VALUES)) as Json;

/** Returns the object at a path of the machine's states, such as `Gather/Retry/0`. Tests change it in place. */
function at(machine: Json, path: string): Json {
  return path.split("/").reduce((value, key) => value[key] as Json, machine["States"] as Json);
}

/** A mistake for each rule. */
const MISTAKES: readonly [rule: string, path: string, change: Json, problem: RegExp][] = [
  ["every Task has a time-out", "Gather", { TimeoutSeconds: undefined }, /^Gather/],
  ["every Task has a time-out", "ParkForRedrive", { TimeoutSeconds: undefined }, /^ParkForRedrive/],
  ["every Task has retries", "QuarantineInvalid/ItemProcessor/States/SendInvalid", { Retry: [] }, /^SendInvalid/],
  ["every state that can fail has a catch, but for the last resort", "Publish", { Catch: [] }, /^Publish/],
  ["every state that can fail has a catch, but for the last resort", "QuarantineInvalid", { Catch: [] }, /^Quarantine/],
  [
    "every state that can fail has a catch, but for the last resort",
    "AskEc2/ItemProcessor/States/DescribeInstance",
    { Catch: [] },
    /^AskEc2: none/,
  ],
  ["every catch keeps the input and takes everything", "Gather/Catch/0", { ResultPath: undefined }, /ResultPath/],
  ["every catch keeps the input and takes everything", "Gather/Catch/0", { Next: "Done" }, /Next Done/],
  ["every catch keeps the input and takes everything", "Gather/Catch/0", { ErrorEquals: ["A"] }, /A/],
  ["States.ALL stands alone, in the last entry", "Gather/Catch/0", { ErrorEquals: ["States.ALL", "A"] }, /Catch/],
  ["States.ALL stands alone, in the last entry", "Gather/Retry/0", { ErrorEquals: ["States.ALL"] }, /Retry/],
  ["a function's placeholder carries the state's name", "Gather/Parameters", { FunctionName: "${A}" }, /\$\{A\}/],
  ["a queue's placeholder is one of three", "ParkForRedrive/Parameters", { QueueUrl: "${DeadQueueUrl}" }, /Dead/],
  ["no .$ is forgotten", "ParkForRedrive/Parameters/MessageBody", { references: "$.references" }, /references/],
  ["retries are spread by full jitter", "Publish/Retry/1", { JitterStrategy: "FUL" }, /FUL/],
  ["retries do not come faster and faster", "Publish/Retry/1", { BackoffRate: 0.5 }, /0\.5/],
  ["no retrier's longest delay is below its first", "Publish/Retry/1", { MaxDelaySeconds: 4 }, /MaxDelaySeconds 4/],
  ["no retrier's longest delay is below its first", "Publish/Retry/1", { MaxDelaySeconds: undefined }, /undefined/],
  [
    "states that can raise the same error retry it the same way",
    "Gather/Retry/0",
    { MaxAttempts: 5 },
    /^SystemsManagerThrottled: Gather, but ResolveWindow$/,
  ],
  [
    "states that can raise the same error retry it the same way",
    "ResolveWindow/Retry/1",
    { ErrorEquals: ["SecurityHubUnavailable"] },
    /^SystemsManagerUnavailable: Gather, but ResolveWindow$/,
  ],
  [
    "states that can raise the same error retry it the same way",
    "Evaluate/Retry/1",
    { ErrorEquals: ["Sandbox.Timedout", "States.Timeout"] },
    /Lambda\.Unknown: Gather and ChooseSeverity and Publish and ResolveWindow, but Evaluate/,
  ],
  [
    "states that can raise the same error retry it the same way",
    "QuarantineInvalid/ItemProcessor/States/SendInvalid",
    { Retry: [] },
    /^States\.ALL: SendToWorkQueue and ParkForRedrive and SendWindowNodes, but SendInvalid$/,
  ],
  ["Publish gives up in less than 10 minutes", "Publish/Retry/0", { MaxAttempts: 6 }, /\d{3} s/],
  ["errors of ours that are retried exist", "Publish/Retry/0", { ErrorEquals: ["SecurityHubTrottled"] }, /Trottled/],
  ["no two branches of a choice lead to one state", "AnyInvalid", { Default: "QuarantineInvalid" }, /Quarantine/],
];

describe("the state machine's definition", () => {
  for (const [name, rule] of Object.entries(RULES)) {
    it(`keeps the rule: ${name}`, () => expect(rule(definition())).to.deep.equal([]));
  }

  for (const [name, path, change, problem] of MISTAKES) {
    it(`would break the rule with ${JSON.stringify(change)} at ${path}: ${name}`, () => {
      const machine = definition();
      Object.assign(at(machine, path), change);
      expect(RULES[name]?.(machine).join("; ")).to.match(problem);
    });
  }

  it("would break a rule with a function state that has no file", () => {
    const machine = definition();
    const states = machine["States"] as Json;
    states["GatherAll"] = states["Gather"];
    const problems = RULES["a function's state and file have one name"]?.(machine);
    expect(problems).to.deep.equal(["GatherAll: no functions/gather-all.ts"]);
  });

  it("breaks every rule once", () => {
    const tried = new Set([...MISTAKES.map(([rule]) => rule), "a function's state and file have one name"]);
    expect([...tried]).to.have.members(Object.keys(RULES));
  });

  it("is valid Amazon States Language", () => {
    const validation = validate(rendered(), { checkArn: true, checkPaths: true });
    expect(validation.isValid, validation.errorsText()).to.equal(true);
  });

  it("uses nothing that the local engine runs differently from AWS", () => {
    expect(() => checkFeatures(rendered())).not.to.throw();
  });

  it("has a function for each state and all three queues", () => {
    const states = statesOf(definition()).map(({ name, state }) => [name, String(state["Resource"])] as const);
    const functions = states.filter(([, resource]) => resource.endsWith(":lambda:invoke")).map(([name]) => name);
    expect(functions).to.have.members([...FUNCTIONS]);
    const expected = [...FUNCTIONS.map((name) => `${name}FunctionArn`), ...QUEUES.map((name) => `${name}QueueUrl`)];
    expect(placeholders()).to.have.members(expected);
  });

  it("limits the output of every Map", () => {
    const maps = statesOf(definition()).filter(({ state }) => state["Type"] === "Map");
    // Evaluate needs EC2's answers, and they are short.
    expect(maps.map(({ state }) => state["ResultPath"])).to.deep.equal(["$.ec2", null, null]);
  });
});

describe("names of the errors", () => {
  it("are literals that instances carry", () => {
    expect(Object.keys(errors)).to.have.members(LITERAL_NAMES);
    for (const [name, Failure] of Object.entries(errors)) expect(new Failure("because").name).to.equal(name);
  });

  it("are retried if waiting helps, and only then", () => {
    const retried = statesOf(definition()).flatMap(({ state }) =>
      listOf(state["Retry"]).flatMap((rule) => listOf(objectOf(rule)["ErrorEquals"])),
    );
    const passing = LITERAL_NAMES.filter((name) => /(?:Throttled|Unavailable|NotAccepted)$/.test(name));
    expect(LITERAL_NAMES.filter((name) => retried.includes(name))).to.have.members(passing);
    expect(passing).to.have.length(6);
  });
});

describe("the rendered definition", () => {
  it("has no placeholders, and every value in the right place", () => {
    const text = renderDefinition(VALUES);
    expect(text).not.to.include("${");
    for (const value of Object.values(VALUES)) expect(text).to.include(JSON.stringify(value));
    expect(placeholders(text)).to.deep.equal([]);
  });

  for (const name of Object.keys(VALUES)) {
    it(`is refused without ${name}`, () => {
      expect(() => renderDefinition(without(VALUES, name))).to.throw(`no value for ${name}`);
    });
  }

  it("is refused with a value that has no placeholder", () => {
    expect(() => renderDefinition({ ...VALUES, DeadQueueUrl: "x" })).to.throw("no placeholder DeadQueueUrl");
  });

  it("does not use inherited properties as values", () => {
    const inherited = Object.create({ ...VALUES }) as Record<string, string>;
    expect(() => renderDefinition(inherited)).to.throw("no value for GatherFunctionArn");
  });

  it("inserts values unchanged, replacement patterns too", () => {
    expect(renderDefinition({ ...VALUES, WorkQueueUrl: "a$&b$1" })).to.include('"a$&b$1"');
  });

  for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
    it(`has ${partition} in the ARNs of the service integrations`, () => {
      const machine = JSON.parse(renderDefinition(VALUES, partition)) as Json;
      const resources = statesOf(machine).flatMap(({ state }) => state["Resource"] ?? []);
      const integrations = ["lambda:invoke", "aws-sdk:ec2:describeInstances", "sqs:sendMessage"].map(
        (name) => `arn:${partition}:states:::${name}`,
      );
      expect([...new Set(resources)]).to.have.members(integrations);
      expect(resources).to.have.length(10);
    });
  }
});
