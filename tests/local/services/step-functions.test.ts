import { expect } from "chai";
import { Admission } from "../../../local/gateway/admission.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";
import { Functions } from "../../../local/services/lambda/lambda.ts";
import { Queues } from "../../../local/services/sqs/sqs.ts";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import { StepFunctions } from "../../../local/services/step-functions/step-functions.ts";
import { MACHINE } from "../../fixtures/small-program.ts";

/** A definition that runs long enough for a test to inspect it. */
const WAITING = {
  StartAt: "Wait",
  States: { Wait: { Type: "Wait", Seconds: 1000, Next: "Done" }, Done: { Type: "Succeed" } },
};
const PASSING = { StartAt: "Done", States: { Done: { Type: "Succeed" } } };
const FAILING = { StartAt: "No", States: { No: { Type: "Fail", Error: "Broken", Cause: "no use" } } };
const PICKY = {
  StartAt: "Pick",
  States: {
    Pick: { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 1, Next: "Done" }] },
    Done: { Type: "Succeed" },
  },
};

describe("Step Functions, as it runs locally", () => {
  let queues: Queues;
  let machines: StepFunctions;
  let seen: [name: string, status: string][];
  let ended: Promise<Execution>;

  const deploy = (definition: object, inputs: object = {}): void =>
    machines.add({
      type: "aws:sfn/stateMachine:StateMachine",
      name: "machine",
      inputs: { definition: JSON.stringify(definition), roleArn: "arn:aws:iam::111122223333:role/machine", ...inputs },
      id: MACHINE,
      arn: MACHINE,
      region: "eu-west-1",
    });
  const start = (request: object = {}) =>
    machines.call("StartExecution", { stateMachineArn: MACHINE, ...request }) as {
      executionArn: string;
      startDate: number;
    };
  const describeExecution = (executionArn: string) =>
    machines.call("DescribeExecution", { executionArn }) as Record<string, unknown>;
  function refusal(work: () => unknown): string {
    try {
      work();
    } catch (error) {
      if (error instanceof ServiceError) return error.code;
      throw error;
    }
    throw new Error("the call was to be refused");
  }

  before(async () => (queues = await Queues.create([])));
  after(() => queues.close());
  beforeEach(() => {
    seen = [];
    const end = Promise.withResolvers<Execution>();
    ended = end.promise;
    machines = new StepFunctions({
      services: {
        functions: new Functions(() => () => undefined),
        queues,
        admission: new Admission({ missing: () => undefined }),
        standIn: () => undefined,
        onDefect: end.reject,
      },
      now: () => new Date("2026-11-20T12:00:00.500Z"),
      onStatusChange: (execution) => {
        seen.push([execution.name, execution.status]);
        if (execution.status !== "RUNNING") end.resolve(execution);
        return Promise.resolve();
      },
    });
  });
  afterEach(() => machines.close());

  it("starts an execution and reports its result", async () => {
    deploy(PASSING);
    const { executionArn, startDate } = start({ name: "one", input: '{"a":1}' });
    expect(executionArn).to.equal(`${MACHINE.replace(":stateMachine:", ":execution:")}:one`);
    expect(startDate).to.equal(Date.parse("2026-11-20T12:00:00.500Z") / 1000);
    await ended;
    expect(describeExecution(executionArn)).to.deep.include({
      name: "one",
      status: "SUCCEEDED",
      input: '{"a":1}',
      output: '{"a":1}',
      startDate,
      stopDate: startDate,
    });
    expect(seen).to.deep.equal([
      ["one", "RUNNING"],
      ["one", "SUCCEEDED"],
    ]);
  });

  const FAILURES: [string, object, object][] = [
    ["a Fail state", FAILING, { status: "FAILED", error: "Broken", cause: "no use" }],
    ["a choice that nothing matches", PICKY, { status: "FAILED", error: "States.NoChoiceMatched" }],
  ];
  for (const [what, definition, expected] of FAILURES) {
    it(`reports the error of ${what}`, async () => {
      deploy(definition);
      start({ name: "one", input: '{"a":2}' });
      expect(await ended).to.include(expected);
      expect(await ended).not.to.have.property("output");
    });
  }

  it("ends a stopped execution as aborted", async () => {
    deploy(WAITING);
    const { executionArn } = start({ name: "one" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(machines.running).to.equal(1);
    machines.stop(executionArn);
    expect(await ended).to.include({ status: "ABORTED" });
    expect(describeExecution(executionArn)["status"]).to.equal("ABORTED");
  });

  it("ends an execution that lasts longer than the machine's time-out", async () => {
    deploy({ ...WAITING, TimeoutSeconds: 1 });
    start({ name: "one" });
    expect(await ended).to.include({ status: "TIMED_OUT", error: "States.Timeout" });
  });

  it("refuses to stop an execution that does not run", () => {
    expect(() => machines.stop("arn:none")).to.throw('execution "arn:none" is not running');
  });

  it("starts a name once, while it runs", () => {
    deploy(WAITING);
    const first = start({ name: "one", input: "{}" });
    expect(start({ name: "one", input: "{}" })).to.deep.equal(first);
    expect(machines.executions()).to.have.length(1);
    expect(refusal(() => start({ name: "one", input: '{"a":1}' }))).to.equal("ExecutionAlreadyExists");
  });

  it("starts no name again after its end, whatever the input", async () => {
    deploy(PASSING);
    start({ name: "one" });
    await ended;
    expect(refusal(() => start({ name: "one" }))).to.equal("ExecutionAlreadyExists");
  });

  it("generates names, and treats a missing input as an empty one", () => {
    deploy(WAITING);
    start();
    start();
    const [one, other] = machines.executions();
    expect(one?.name).to.match(/^[\da-f-]{36}$/);
    expect(one?.name).not.to.equal(other?.name);
    expect(one?.input).to.equal("{}");
  });

  it("refuses names that AWS refuses", () => {
    deploy(WAITING);
    const forbidden = Array.from('\t\n <>{}[]?*"#%\\^|~`$&,;:/\u0000\u007f\u009f\ud800', (sign) => `a${sign}b`);
    for (const name of ["", "x".repeat(81), 5, null, ...forbidden]) {
      expect(
        refusal(() => start({ name })),
        JSON.stringify(name),
      ).to.equal("InvalidName");
    }
    expect(machines.executions()).to.deep.equal([]);
  });

  it("takes names that AWS takes", () => {
    deploy(WAITING);
    for (const name of ["x", "x".repeat(80), "a_B-9", "a.b", "__proto__", "ü"]) {
      expect(start({ name }).executionArn.endsWith(`:${name}`), name).to.equal(true);
    }
  });

  const INPUTS: [string, unknown, string | undefined][] = [
    ["text that is no JSON", "{", "InvalidExecutionInput"],
    ["an object", {}, "ValidationException"],
    ["256 KiB", JSON.stringify("x".repeat(256 * 1024 - 2)), undefined],
    ["a byte more", JSON.stringify("x".repeat(256 * 1024 - 1)), "ValidationException"],
    ["256 KiB of characters with more bytes", JSON.stringify("é".repeat(200 * 1024)), "ValidationException"],
  ];
  it("takes JSON text of at most 256 KiB as input", () => {
    deploy(WAITING);
    for (const [what, input, code] of INPUTS) {
      if (code === undefined) expect(start({ input }), what).to.have.property("executionArn");
      else
        expect(
          refusal(() => start({ input })),
          what,
        ).to.equal(code);
    }
  });

  const CALLS: [string, Record<string, unknown>, string][] = [
    ["StartExecution", { stateMachineArn: `${MACHINE}x` }, "StateMachineDoesNotExist"],
    ["DescribeExecution", { executionArn: "arn:none" }, "ExecutionDoesNotExist"],
    ["ListExecutions", { stateMachineArn: `${MACHINE}x` }, "StateMachineDoesNotExist"],
    ["StopExecution", {}, "UnknownOperationException"],
  ];
  it("answers unknown names and operations as AWS does", () => {
    deploy(WAITING);
    for (const [operation, input, code] of CALLS) {
      expect(
        refusal(() => machines.call(operation, input)),
        operation,
      ).to.equal(code);
    }
  });

  const MACHINES: [string, object, object, RegExp][] = [
    ["an Express machine", PASSING, { type: "EXPRESS" }, /machine.*type/],
    ["an unknown setting", PASSING, { encryptionConfiguration: {} }, /encryptionConfiguration/],
    ["one name for two states", twins(), {}, /two states are named Done/],
  ];
  for (const [what, definition, inputs, message] of MACHINES) {
    it(`refuses ${what}`, () => expect(() => deploy(definition, inputs)).to.throw(message));
  }

  function twins(): object {
    const each = { Type: "Map", ItemProcessor: PASSING, Next: "Done" };
    return { StartAt: "Each", States: { Each: each, ...PASSING.States } };
  }
});
