import { expect } from "chai";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { workflow } from "../functions/aws/workflow.ts";
import { run } from "../functions/dispatch.ts";
import type { NodeReference } from "../functions/domain/node-reference.ts";
import { minutes, nodeId, READ_AT, reference } from "./node-fixtures.ts";

function record(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    receiptHandle: `receipt ${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-2:111122223333:work",
    awsRegion: "us-east-2",
  };
}

/** A message of our own about these nodes. */
function message(messageId: string, ...nodes: number[]): SQSRecord {
  const references = nodes.map((node) => reference({ nodeId: nodeId(node) }));
  return record(messageId, JSON.stringify({ references }));
}

interface Start {
  readonly name: string;
  readonly input: { readonly references: readonly NodeReference[] };
}

interface Trouble {
  /** True where this execution cannot be started. */
  readonly start?: (start: Start) => boolean;
  readonly quarantine?: boolean;
  readonly giveBack?: boolean;
}

/** Runs dispatch on these messages, and tells what it did. */
async function dispatch(records: SQSRecord[], trouble: Trouble = {}) {
  const started: Start[] = [];
  const quarantined: unknown[] = [];
  const givenBack: string[] = [];
  const none = () => undefined;
  const unused = () => Promise.reject(new Error("dispatch does not receive"));
  const ports: Parameters<typeof run>[1] = {
    workQueueUrl: "work",
    quarantineQueueUrl: "quarantine",
    logger: { info: none, warn: none, error: none },
    workflow: {
      start: (name, input) => {
        const start = { name, input: input as Start["input"] };
        started.push(start);
        return trouble.start?.(start) === true ? Promise.reject(new Error("no")) : Promise.resolve();
      },
    },
    queue: {
      ...{
        sendAfter: () => Promise.reject(new Error("nothing is delayed")),
        sendText: unused,
        waiting: unused,
        receive: unused,
        remove: unused,
      },
      send: (queueUrl, entry) => {
        if (trouble.quarantine === true) return Promise.reject(new Error("no"));
        quarantined.push({ queueUrl, entry });
        return Promise.resolve();
      },
      returnAfter: (queueUrl, receiptHandle, seconds) => {
        givenBack.push(`${queueUrl}: ${receiptHandle} after ${seconds}`);
        return trouble.giveBack === true ? Promise.reject(new Error("no")) : Promise.resolve();
      },
    },
  };
  const event: SQSEvent = { Records: records };
  const { batchItemFailures } = await run(event, ports);
  const nodes = started.map(({ input }) => input.references.map((one) => one.nodeId));
  return { started, nodes, quarantined, givenBack, failed: batchItemFailures.map((one) => one.itemIdentifier) };
}

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => nodeId(from + index));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("dispatch", () => {
  it("puts each node once into an execution, with its newest run", async () => {
    const run1 = { document: "AWS-RunPatchBaseline", notBefore: minutes(-9) } as const;
    const run2 = { ...run1, notBefore: minutes(-5) };
    const about = (patchRun: typeof run1) =>
      JSON.stringify({ references: [reference({ patchRun, nodeId: nodeId(1) })] });
    const { started, failed } = await dispatch([
      record("a", about(run2)),
      message("b", 1, 2),
      record("c", about(run1)),
    ]);
    expect(started.map(({ input }) => input)).to.deep.equal([
      { references: [reference({ nodeId: nodeId(1), patchRun: run2 }), reference({ nodeId: nodeId(2) })] },
    ]);
    expect(failed).to.deep.equal([]);
  });

  it("starts what died before alone, so that poison takes no other node with it", async () => {
    const detour = { since: READ_AT, moves: 1, deaths: 1 };
    const dead = JSON.stringify({ references: [3, 4].map((index) => reference({ nodeId: nodeId(index), detour })) });
    const { nodes } = await dispatch([record("a", dead), message("b", 1, 2)]);
    expect(nodes).to.deep.equal([ids(1, 3), [nodeId(3)], [nodeId(4)]]);
  });

  it("starts nothing without nodes", async () => {
    expect((await dispatch([])).started).to.deep.equal([]);
    expect((await dispatch([record("a", "{")])).started).to.deep.equal([]);
  });

  const chunks: [nodes: number, sizes: number[]][] = [
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ];
  for (const [count, sizes] of chunks) {
    it(`splits ${count} nodes into executions of ${sizes.join(", ")}`, async () => {
      const { nodes } = await dispatch([message("a", ...range(0, count))]);
      expect(nodes.map(({ length }) => length)).to.deep.equal(sizes);
      expect(nodes.flat()).to.deep.equal(ids(0, count));
    });
  }

  it("fails only the messages whose execution could not be started, and gives them back early", async () => {
    const messages = [message("a", ...range(0, 50)), message("b", 50), message("c", 0, 50), message("d", 3)];
    const second = ({ input }: Start) => input.references.length === 1;
    const { failed, givenBack } = await dispatch(messages, { start: second });
    expect(failed).to.have.members(["b", "c"]);
    expect(givenBack).to.have.members(["work: receipt b after 20", "work: receipt c after 20"]);
  });

  it("fails each message once, also where all its executions fail and giving back fails", async () => {
    const { failed } = await dispatch([message("a", ...range(0, 120))], { start: () => true, giveBack: true });
    expect(failed).to.deep.equal(["a"]);
  });
});

describe("dispatch: what cannot be read", () => {
  it("lies in quarantine with its reason, and holds up nobody", async () => {
    const { quarantined, failed, nodes } = await dispatch([record("a", "{"), message("b", 1)]);
    expect(quarantined).to.deep.equal([
      { queueUrl: "quarantine", entry: { reason: "not JSON", message: "{", body: "{" } },
    ]);
    expect(nodes).to.deep.equal([[nodeId(1)]]);
    expect(failed).to.deep.equal([]);
  });

  it("comes again where quarantine does not take it", async () => {
    const { failed, nodes } = await dispatch([record("a", "{"), message("b", 1)], { quarantine: true });
    expect(failed).to.deep.equal(["a"]);
    expect(nodes).to.deep.equal([[nodeId(1)]]);
  });

  it("holds up nobody where a time is at the edge of what a clock can show", async () => {
    const detail = {
      "document-name": "AWS-RunPatchBaseline",
      "instance-id": nodeId(2),
      "requested-date-time": "-271821-04-20T00:00:00.000Z",
    };
    const type = "EC2 Command Invocation Status-change Notification";
    const body = JSON.stringify({ source: "aws.ssm", "detail-type": type, detail });
    const { failed, nodes } = await dispatch([record("a", body), message("b", 1)]);
    expect(nodes).to.deep.equal([[nodeId(2), nodeId(1)]]);
    expect(failed).to.deep.equal([]);
  });

  it("fits into a queue message, whatever it is", async () => {
    for (const body of [
      "\u0000".repeat(1_000_000),
      "\\".repeat(700_000),
      "\u{1F4A5}".repeat(250_000),
      "x".repeat(1_040_000),
    ]) {
      const { quarantined } = await dispatch([record("a", body)]);
      expect(quarantined).to.have.length(1);
      expect(Buffer.byteLength(JSON.stringify(quarantined[0]))).to.be.below(1_048_576);
    }
  });
});

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

  const answers: [error: string | undefined, thrown: string | undefined][] = [
    [undefined, undefined],
    ["ExecutionAlreadyExists", undefined],
    ["ThrottlingException", "ThrottlingException"],
    ["InvalidName", "InvalidName"],
  ];
  for (const [error, thrown] of answers) {
    it(`StartExecution answers ${error ?? "well"}: ${thrown === undefined ? "started" : "not started"}`, async () => {
      const client = {
        send: () =>
          error === undefined ? Promise.resolve({}) : Promise.reject(Object.assign(new Error("x"), { name: error })),
      };
      const outcome: unknown = await workflow("arn", client as unknown as SFNClient)
        .start("name", {})
        .catch((caught: unknown) => caught);
      if (thrown === undefined) expect(outcome).to.equal(undefined);
      else expect(outcome).to.have.property("name", thrown);
    });
  }
});
