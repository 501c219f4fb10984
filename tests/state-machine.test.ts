import { expect } from "chai";
import { listOf, objectOf, statesOf } from "../local/asl-features.ts";
import { execute, FUNCTIONS, machine, type Run, type Script } from "./asl-runner.ts";
import { INPUT } from "./state-machine-answers.ts";
import { CASES, type Case } from "./state-machine-cases.ts";

const rules = (state: object, field: string): readonly unknown[] => listOf(objectOf(state)[field]);
const errorsOf = (rule: unknown): string => listOf(objectOf(rule)["ErrorEquals"]).join(" ");

/** Everything in the definition that an execution can make use of. */
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

/** What of it one execution used. */
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

/** The answer each function gave last. */
const lastAnswers = (script: Script): Map<string, unknown> =>
  new Map(
    Object.entries(script).flatMap(([state, answers]) =>
      answers.flatMap((answer) => ("gives" in answer ? [[state, answer.gives] as const] : [])),
    ),
  );

describe("the state machine", () => {
  const check = async ({ script, path, messages, error, retries = 0 }: Case): Promise<void> => {
    const run = await execute(INPUT, script);
    expect(run.path.join(" ")).to.equal(path);
    expect(run.messages).to.have.deep.members([...messages]);
    expect({ status: run.status, error: run.error }).to.deep.equal({
      status: error === undefined ? "SUCCEEDED" : "FAILED",
      error,
    });
    expect(run.events.filter(({ type }) => type === "StateRetried")).to.have.length(retries);
    const answers = lastAnswers(script);
    for (const { state, payload } of run.payloads) {
      const before = FUNCTIONS[FUNCTIONS.findIndex((name) => name === state) - 1];
      expect(payload, `what ${state} gets`).to.deep.equal(before === undefined ? INPUT : answers.get(before));
    }
    const last = run.payloads.at(-1)?.state ?? "";
    if (/ (?:Published|NothingToPublish)$/.test(path)) expect(run.output).to.deep.equal(answers.get(last));
    if (path.endsWith(" Parked")) expect(run.output).to.include.keys("references", "error");
  };

  for (const each of CASES) it(each.name, () => check(each));

  it("has no state, branch, retry or catch that these cases do not use", async () => {
    const runs = await Promise.all(CASES.map(({ script }) => execute(INPUT, script)));
    const seen = new Set(runs.flatMap(used));
    expect(parts().filter((part) => !seen.has(part))).to.deep.equal([]);
    expect(parts()).to.have.length.greaterThan(80);
  });
});
