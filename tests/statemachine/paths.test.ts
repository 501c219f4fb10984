import { expect } from "chai";
import { listOf, objectOf, statesOf } from "../../local/services/step-functions/asl-features.ts";
import { execute, EXECUTION, machine, type Run, type Script } from "./asl-runner.ts";
import { without } from "../fixtures/node-fixtures.ts";
import { INPUT, type Case } from "./answers.ts";
import { CASES } from "./cases.ts";

const rules = (state: object, field: string): readonly unknown[] => listOf(objectOf(state)[field]);
const errorsOf = (rule: unknown): string => listOf(objectOf(rule)["ErrorEquals"]).join(" ");

/** Lists everything in the definition that an execution can use. */
function parts(): string[] {
  return statesOf(machine).flatMap(({ name, state }) => [
    name,
    ...rules(state, "Choices").map((branch) => `${name} -> ${String(objectOf(branch)["Next"])}`),
    ...(state["Type"] === "Choice" ? [`${name} -> ${String(state["Default"])}`] : []),
    ...rules(state, "Retry").flatMap((rule) => {
      const attempts = `${name}, all ${String(objectOf(rule)["MaxAttempts"])} retries on ${errorsOf(rule)}`;
      return [attempts, ...listOf(objectOf(rule)["ErrorEquals"]).map((error) => `${name}, retry on ${String(error)}`)];
    }),
    ...rules(state, "Catch").map((rule) => `${name}, catch of ${errorsOf(rule)}`),
  ]);
}

/** Lists the parts that one execution used. */
function used({ path, events }: Run): string[] {
  const failed = new Map<string, string>();
  return [
    ...path,
    ...path.map((state, index) => `${state} -> ${path[index + 1] ?? "the end"}`),
    ...events.flatMap(({ type, state = "", index = -1, error = "", errorEquals = [], attempt = 0 }) => {
      const call = `${state} ${index}`;
      if (type === "StateFailed") failed.set(call, error);
      if (type === "StateCaught") return [`${state}, catch of ${errorEquals.join(" ")}`];
      if (type !== "StateRetried") return [];
      const name = errorEquals.includes("States.ALL") ? "States.ALL" : (failed.get(call) ?? "");
      return [`${state}, retry on ${name}`, `${state}, all ${attempt} retries on ${errorEquals.join(" ")}`];
    }),
  ];
}

/** Returns the answers of each function. */
const answersOf = (script: Script): Map<string, unknown[]> =>
  new Map(
    Object.entries(script).map(([state, answers]) => [
      state,
      answers.flatMap((answer) => ("gives" in answer ? [answer.gives] : [])),
    ]),
  );

/** Parked work carries its error, and confirmed nodes carry EC2's answers. */
const withoutError = (payload: unknown): object => {
  const input = without(without(objectOf(objectOf(payload)["input"]), "error"), "ec2");
  return { ...objectOf(payload), input };
};

/** Leaves out the error of parked work: its Cause differs from case to case. */
const withoutCause = ({ body, ...message }: Run["messages"][number]): object => {
  const { error, reason } = objectOf(body);
  if (error === undefined) return { ...message, body };
  expect(objectOf(error)["Error"]).to.equal(reason);
  return { ...message, body: without(objectOf(body), "error") };
};

describe("the state machine", () => {
  const check = async ({
    input = INPUT,
    script,
    path,
    messages,
    error,
    retries = 0,
    answers: ec2,
  }: Case): Promise<void> => {
    const run = await execute(input, script);
    expect(run.path.join(" ")).to.equal(path);
    expect(run.messages.map(withoutCause)).to.have.deep.members([...messages]);
    expect({ status: run.status, error: run.error }).to.deep.equal({
      status: error === undefined ? "SUCCEEDED" : "FAILED",
      error,
    });
    expect(run.events.filter(({ type }) => type === "StateRetried")).to.have.length(retries);
    const answers = answersOf(script);
    for (const [call, { state, payload }] of run.payloads.entries()) {
      const before = run.payloads.slice(0, call).findLast((earlier) => earlier.state !== state)?.state;
      const known = [input, ...[before, state].flatMap((name) => answers.get(name ?? "") ?? [])];
      const handed = known.map((answer) => ({ execution: EXECUTION, input: answer }));
      expect(handed, `what ${state} gets`).to.deep.include(withoutError(payload));
    }
    const evaluated = run.payloads.find(({ state }) => state === "Evaluate")?.payload;
    expect(objectOf(objectOf(evaluated)["input"])["ec2"]).to.deep.equal(ec2);
    const last = run.payloads.at(-1)?.state ?? "";
    const parks = run.path.includes("ParkForRedrive");
    if (error === undefined && !parks) expect(answers.get(last)).to.deep.include(run.output);
    if (error === undefined && run.path.at(-3) === "ParkForRedrive") {
      expect(run.output).to.include.keys("references", "error");
    }
  };

  for (const each of CASES) it(each.name, () => check(each));

  it("enters 6 states if every node is ready and valid: with the start and the end, AWS bills 8 transitions", async () => {
    const [common] = CASES;
    const { path } = await execute(INPUT, common?.script ?? {});
    expect(path.join(" ")).to.equal("Gather ReadyToEvaluate Evaluate AllReadyAndValid ChooseSeverity Publish");
  });

  it("has no state, branch, retry or catch that these cases do not use", async () => {
    const runs = await Promise.all(CASES.map(({ input = INPUT, script }) => execute(input, script)));
    const seen = new Set(runs.flatMap(used));
    expect(parts().filter((part) => !seen.has(part))).to.deep.equal([]);
    expect(parts()).to.have.length.greaterThan(80);
  });
});
