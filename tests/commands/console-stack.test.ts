/** `npm run console -- --stack`: the deployed queues and executions. */
import type { HistoryEvent as AwsEvent, SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { historyEvents } from "../../commands/console/execution-history.ts";
import { deployedProgram } from "../../commands/console/program-source.ts";
import { deployedStack, type RunPulumi } from "../../commands/console/stack.ts";
import { stepsOf } from "../../console/page/execution-steps.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account, region } = SCOPE;
const ARN = `arn:aws:states:${region}:${account}:stateMachine:patch-findings`;
const QUEUES = { work: "https://w", outage: "https://o", quarantine: "https://q" };
const OUTPUTS = {
  stateMachineArn: ARN,
  workQueueUrl: QUEUES.work,
  outageQueueUrl: QUEUES.outage,
  quarantineQueueUrl: QUEUES.quarantine,
};
const prints =
  (value: unknown): RunPulumi =>
  () =>
    Promise.resolve(JSON.stringify(value));
const fails =
  (parts: object): RunPulumi =>
  () =>
    Promise.reject(Object.assign(new Error("failed"), parts));

/** A client that answers each command by its name, and counts. */
function client<Client>(answers: Readonly<Record<string, unknown>>) {
  const calls: string[] = [];
  const send = ({ constructor: { name } }: object): Promise<unknown> => {
    calls.push(name);
    const answer = answers[name.replace("Command", "")];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { client: { send } as unknown as Pick<Client, keyof Client & "send">, calls };
}

const time = (second: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, second));
const HISTORY = [
  { id: 1, type: "ExecutionStarted" },
  { id: 2, previousEventId: 1, type: "TaskStateEntered", stateEnteredEventDetails: { name: "Gather", input: "{}" } },
  { id: 3, previousEventId: 2, type: "TaskScheduled" },
  { id: 4, previousEventId: 3, type: "TaskFailed", taskFailedEventDetails: { error: "Throttled", cause: "slow" } },
  { id: 5, previousEventId: 4, type: "TaskScheduled" },
  { id: 6, previousEventId: 5, type: "TaskStateExited", stateExitedEventDetails: { name: "Gather", output: "[]" } },
  { id: 7, previousEventId: 6, type: "MapStateEntered", stateEnteredEventDetails: { name: "Each" } },
  { id: 8, previousEventId: 7, type: "MapIterationStarted", mapIterationStartedEventDetails: { index: 1 } },
  { id: 9, previousEventId: 8, type: "TaskStateEntered", stateEnteredEventDetails: { name: "Publish" } },
  { id: 10, previousEventId: 9, type: "TaskFailed", taskFailedEventDetails: { error: "Unavailable" } },
  { id: 11, previousEventId: 10, type: "TaskStateExited", stateExitedEventDetails: { name: "Publish" } },
  { id: 12, previousEventId: 11, type: "MapStateExited", stateExitedEventDetails: { name: "Each" } },
].map((event, index) => ({ ...event, timestamp: time(index) })) as AwsEvent[];

describe("npm run console -- --stack", () => {
  it("translates retries, catches and Map iterations of a history", () => {
    const steps = stepsOf(historyEvents(HISTORY)).map(({ state, item, outcome, retries }) => [
      state,
      item,
      outcome,
      retries.map(({ error }) => error),
    ]);
    expect(steps).to.deep.equal([
      ["Gather", undefined, "succeeded", ["Throttled"]],
      ["Each", undefined, "succeeded", []],
      ["Publish", 1, "caught", []],
    ]);
  });

  it("finds the queues in the outputs of a stack, and in the definition of the state machine", async () => {
    const none = client<SFNClient>({}).client;
    const stack = { stateMachineArn: ARN, queues: QUEUES };
    expect(await deployedStack("dev", SCOPE, none, prints({ regions: { [region]: OUTPUTS } }))).to.deep.equal(stack);
    const text = (await readFile("statemachine/patch-findings.asl.json", "utf8"))
      .replaceAll("${WorkQueueUrl}", QUEUES.work)
      .replaceAll("${OutageQueueUrl}", QUEUES.outage)
      .replaceAll("${QuarantineQueueUrl}", QUEUES.quarantine);
    const sfn = client<SFNClient>({ DescribeStateMachine: { definition: text } }).client;
    expect(await deployedStack(ARN, SCOPE, sfn)).to.deep.equal(stack);
  });

  const refused: [name: string, named: string, run: RunPulumi, message: RegExp][] = [
    [
      "a missing CLI",
      "dev",
      fails({ code: "ENOENT" }),
      /^--stack dev: the Pulumi CLI is not installed; install it, or/,
    ],
    ["an unknown stack", "x", fails({ code: 255, stderr: "error: no stack\nmore" }), /failed: error: no stack$/],
    ["another Region", "dev", prints({ regions: { "us-west-2": OUTPUTS } }), /its Regions are us-west-2$/],
    ["other outputs", "dev", prints({}), /do not name state machines/],
    ["an option as a name", "--show-secrets", prints({}), /must be a stack's name/],
    ["another account", ARN.replace(account, "999999999999"), prints({}), /is in account 999999999999/],
  ];
  for (const [name, named, run, message] of refused) {
    it(`refuses ${name} in one line`, async () => {
      const error: unknown = await deployedStack(named, SCOPE, client<SFNClient>({}).client, run).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.have.property("name", "InputError");
      expect((error as Error).message)
        .to.match(message)
        .and.not.include("\n");
    });
  }

  it("shows queues and executions, reads them once for many looks, and keeps ended executions", async () => {
    const listed = { name: "one", status: "SUCCEEDED", startDate: time(0), stopDate: time(9) };
    const sfn = client<SFNClient>({
      ListExecutions: { executions: [listed] },
      DescribeExecution: { ...listed, input: JSON.stringify({ references: [{ nodeId: nodeId(1) }] }) },
      GetExecutionHistory: { events: HISTORY },
    });
    const sqs = client<SQSClient>({ GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: "2" } } });
    const { program } = deployedProgram(
      { stateMachineArn: ARN, queues: QUEUES },
      {
        sfn: sfn.client,
        sqs: sqs.client,
        now: () => time(0),
      },
    );
    expect((await program.state()).problem).to.match(/not been read/);
    expect((await program.executions({ page: 1 })).rows).to.have.length(1);
    for (let look = 0; look < 3; look += 1) {
      expect((await program.state()).executions).to.deep.equal({ running: 0, succeeded: 1, failed: 0 });
      expect((await program.execution("one"))?.nodeIds).to.deep.equal([nodeId(1)]);
    }
    const { total, rows, note } = await program.messages("outage");
    expect([total, rows]).to.deep.equal([2, []]);
    expect(note).to.match(/does not receive these messages/);
    expect(sqs.calls).to.have.length(3);
    expect(sfn.calls).to.deep.equal([
      "ListExecutionsCommand",
      "DescribeExecutionCommand",
      "GetExecutionHistoryCommand",
    ]);
  });

  it("keeps its state and has a problem if a read fails", async () => {
    const denied = Object.assign(new Error("no"), {
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 400 },
    });
    const sfn = client<SFNClient>({ ListExecutions: denied }).client;
    const sqs = client<SQSClient>({ GetQueueAttributes: { Attributes: {} } }).client;
    const { program } = deployedProgram({ stateMachineArn: ARN, queues: QUEUES }, { sfn, sqs, now: () => time(0) });
    await program.executions({ page: 1 });
    expect((await program.state()).problem).to.be.a("string");
  });
});
