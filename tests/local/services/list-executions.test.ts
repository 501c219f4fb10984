import { expect } from "chai";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";
import { listExecutions } from "../../../local/services/step-functions/list-executions.ts";

const MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:patches";
const STARTED = new Date("2026-11-20T12:00:00.500Z");
const arnOf = (name: string): string => `${MACHINE.replace(":stateMachine:", ":execution:")}:${name}`;

const execution = (name: string, more: Partial<Execution> = {}): Execution => ({
  ...{ name, arn: arnOf(name), stateMachineArn: MACHINE, status: "RUNNING", input: "{}", states: [] },
  ...{ startDate: STARTED, events: [], published: [], logged: [], ...more },
});

interface Answer {
  readonly executions: readonly Readonly<Record<string, unknown>>[];
  readonly nextToken?: string;
}

describe("ListExecutions, as it runs locally", () => {
  const list = (executions: readonly Execution[], request: object = {}): Answer =>
    listExecutions({ stateMachineArn: MACHINE, ...request }, new Set([MACHINE]), executions) as Answer;
  const namesOf = ({ executions }: Answer) => executions.map(({ name }) => name);
  function refusal(request: object): string {
    try {
      list([], request);
    } catch (error) {
      if (error instanceof ServiceError) return error.code;
      throw error;
    }
    throw new Error("the call was to be refused");
  }

  it("returns the executions of one machine, newest first", () => {
    const two = execution("two", { status: "SUCCEEDED", stopDate: STARTED });
    const other = execution("three", { stateMachineArn: `${MACHINE}-2` });
    const shared = { stateMachineArn: MACHINE, startDate: STARTED.getTime() / 1000 };
    expect(list([execution("one"), two, other])).to.deep.equal({
      executions: [
        { ...shared, executionArn: arnOf("two"), name: "two", status: "SUCCEEDED", stopDate: shared.startDate },
        { ...shared, executionArn: arnOf("one"), name: "one", status: "RUNNING" },
      ],
    });
  });

  it("filters by status", () => {
    const all = [execution("one"), execution("two", { status: "FAILED" })];
    expect(namesOf(list(all, { statusFilter: "RUNNING" }))).to.deep.equal(["one"]);
    expect(namesOf(list(all, { statusFilter: "FAILED" }))).to.deep.equal(["two"]);
    expect(namesOf(list(all, { statusFilter: "ABORTED" }))).to.deep.equal([]);
  });

  it("pages, and new and ended executions shift no page", () => {
    const all = ["a", "b", "c", "d"].map((name) => execution(name));
    const query = { maxResults: 2, statusFilter: "RUNNING" };
    const { nextToken, ...first } = list(all, query);
    expect(namesOf(first)).to.deep.equal(["d", "c"]);
    Object.assign(all[2] ?? {}, { status: "SUCCEEDED" });
    const second = list([...all, execution("e")], { ...query, nextToken });
    expect(namesOf(second)).to.deep.equal(["b", "a"]);
    expect(second).not.to.have.property("nextToken");
  });

  it("refuses tokens of other queries, and texts that are none", () => {
    const { nextToken } = list([execution("a"), execution("b")], { maxResults: 1 });
    for (const other of [{ nextToken, statusFilter: "RUNNING" }, { nextToken: "x" }, { nextToken: "bnVsbA==" }]) {
      expect(refusal(other), JSON.stringify(other)).to.equal("InvalidToken");
    }
  });

  it("returns 100 executions per page unless the request says otherwise", () => {
    const all = Array.from({ length: 1_001 }, (_, index) => execution(String(index)));
    const sizes = [{}, { maxResults: 0 }, { maxResults: 1_000 }].map((request) => list(all, request).executions.length);
    expect(sizes).to.deep.equal([100, 100, 1_000]);
  });

  const REFUSED: [request: object, code: string][] = [
    [{ maxResults: 1_001 }, "ValidationException"],
    [{ maxResults: -1 }, "ValidationException"],
    [{ statusFilter: "DONE" }, "ValidationException"],
    [{ nextToken: "" }, "ValidationException"],
    [{ stateMachineArn: `${MACHINE}-2` }, "StateMachineDoesNotExist"],
  ];
  for (const [request, code] of REFUSED) {
    it(`answers ${JSON.stringify(request)} with ${code}`, () => expect(refusal(request)).to.equal(code));
  }
});
