import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSRecord } from "aws-lambda";
import { expect } from "chai";
import { stateMachine } from "../../../functions/step-functions/start-execution.ts";
import { dispatch, message, range } from "../../fixtures/dispatch-fixture.ts";

describe("dispatch: names of executions", () => {
  const nameOf = async (...records: SQSRecord[]) => (await dispatch(records)).started.map(({ name }) => name);

  it("are legal, bounded, and the same for the same messages in any order", async () => {
    const [one = ""] = await nameOf(message("a", 1, 2), message("b", 3));
    expect(one).to.match(/^[A-Za-z0-9_-]{1,80}$/);
    expect(await nameOf(message("b", 3), message("a", 1, 2))).to.deep.equal([one]);
    expect(await nameOf(message("a", 1, 2), message("b", 3), message("a", 1, 2))).to.not.be.empty;
  });

  it("differ by message and by nodes, and between the parts of one message", async () => {
    const names = [
      await nameOf(message("a", 1)),
      await nameOf(message("b", 1)),
      await nameOf(message("a", 2)),
      await nameOf(message("c", ...range(0, 120))),
    ].flat();
    expect(new Set(names).size).to.equal(6);
  });

  it("gives up a start in time", async () => {
    const client = {
      send: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
        new Promise((__, reject) => {
          abortSignal.addEventListener("abort", () => reject(abortSignal.reason as Error));
        }),
    };
    const keepsRunning = setTimeout(() => undefined, 10_000);
    const outcome: unknown = await stateMachine("arn", client as unknown as SFNClient)
      .start("name", {}, 1)
      .catch((caught: unknown) => caught);
    clearTimeout(keepsRunning);
    expect(outcome).to.have.property("name", "TimeoutError");
  });

  const answers: [error: string | undefined, thrown: string | undefined][] = [
    [undefined, undefined],
    ["ExecutionAlreadyExists", undefined],
    ["ThrottlingException", "ThrottlingException"],
    ["StateMachineDoesNotExist", "StateMachineDoesNotExist"],
    ["InvalidName", "RefusedInput"],
    ["InvalidExecutionInput", "RefusedInput"],
    ["ValidationException", "RefusedInput"],
  ];
  for (const [error, thrown] of answers) {
    it(`StartExecution answers ${error ?? "well"}: ${thrown === undefined ? "started" : "not started"}`, async () => {
      const client = {
        send: () =>
          error === undefined ? Promise.resolve({}) : Promise.reject(Object.assign(new Error("x"), { name: error })),
      };
      const outcome: unknown = await stateMachine("arn", client as unknown as SFNClient)
        .start("name", {}, 10_000)
        .catch((caught: unknown) => caught);
      if (thrown === undefined) expect(outcome).to.equal(undefined);
      else expect(outcome).to.have.property("name", thrown);
    });
  }
});

describe("dispatch: lists of executions", () => {
  /** Answers ListExecutions with two pages, and keeps the requests. */
  const pages = (requests: object[]) => {
    const send = ({ input }: { readonly input: { readonly nextToken?: string } }) => {
      requests.push(input);
      const first = input.nextToken === undefined;
      const executions = (first ? ["c", "b"] : ["a"]).map((name) => ({ name, status: "RUNNING" }));
      return Promise.resolve({ executions, ...(first && { nextToken: "next" }) });
    };
    return stateMachine("arn", { send } as unknown as SFNClient);
  };
  const { signal } = new AbortController();

  it("have all pages, in the order of Step Functions", async () => {
    const requests: object[] = [];
    const names: string[] = [];
    for await (const { name } of pages(requests).list(signal, "RUNNING")) names.push(name);
    expect(names).to.deep.equal(["c", "b", "a"]);
    const query = { stateMachineArn: "arn", maxResults: 100, statusFilter: "RUNNING" };
    expect(requests).to.deep.equal([query, { ...query, nextToken: "next" }]);
  });

  it("read no page that is not needed, and have every status unless asked for one", async () => {
    const requests: object[] = [];
    for await (const { name } of pages(requests).list(signal)) if (name === "b") break;
    expect(requests).to.deep.equal([{ stateMachineArn: "arn", maxResults: 100 }]);
  });
});
