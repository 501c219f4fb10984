import { expect } from "chai";
import { RefusedInput } from "../../functions/step-functions/start-execution.ts";
import { dispatch, ids, message, range, record, type Start } from "../fixtures/dispatch-fixture.ts";
import { minutes, nodeId, READ_AT, reference } from "../fixtures/node-fixtures.ts";

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

  it("starts nodes that failed in smaller batches, half as many after each failure", async () => {
    const failedNodes = (failures: number, from: number, to: number) =>
      JSON.stringify({
        references: range(from, to).map((index) =>
          reference({ nodeId: nodeId(index), redriveHistory: { since: READ_AT, moves: 1, failures } }),
        ),
      });
    const sizes: [failures: number, sizes: number[]][] = [
      [0, [50, 10]],
      [1, [25, 25, 10]],
      [2, [13, 13, 13, 13, 8]],
      [5, Array<number>(30).fill(2)],
      [6, Array<number>(60).fill(1)],
      [1_000_000, Array<number>(60).fill(1)],
    ];
    for (const [failures, expected] of sizes) {
      const { nodes } = await dispatch([record("a", failedNodes(failures, 0, 60))]);
      expect(
        nodes.map(({ length }) => length),
        `after ${failures}`,
      ).to.deep.equal(expected);
    }
    const mixed = await dispatch([record("a", failedNodes(6, 3, 5)), message("b", 1, 2)]);
    expect(mixed.nodes).to.deep.equal([ids(1, 3), [nodeId(3)], [nodeId(4)]]);
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

  it("starts at most ten at once", async () => {
    expect((await dispatch([message("a", ...range(0, 1000)), message("b", ...range(1000, 2000))])).most).to.equal(10);
  });
});

describe("dispatch: executions that do not start", () => {
  const unavailable = () => Object.assign(new Error("slow down"), { name: "ThrottlingException" });

  it("parks the nodes in the outage queue, by batch, with the reason, and finishes the messages", async () => {
    const messages = [message("a", ...range(0, 50)), message("b", 50), message("c", 0, 50), message("d", 3)];
    const second = ({ input }: Start) => (input.references.length === 1 ? unavailable() : undefined);
    const { failed, parked, nodes, counted } = await dispatch(messages, { start: second });
    expect(nodes).to.deep.equal([ids(0, 50)]);
    expect(failed).to.deep.equal([]);
    const reason = "ExecutionNotStarted";
    expect(parked).to.deep.equal([
      {
        references: [reference({ nodeId: nodeId(50) })],
        reason,
        error: { Error: reason, Cause: "ThrottlingException: slow down" },
      },
    ]);
    expect(counted).to.deep.equal([reason.replace("Execution", "Executions")]);
  });

  it("returns each message once if the outage queue refuses it too", async () => {
    const { failed, givenBack } = await dispatch([message("a", ...range(0, 120))], { start: unavailable, send: true });
    expect(failed).to.deep.equal(["a"]);
    expect(givenBack).to.deep.equal(["work: receipt a after 20"]);
    const late = await dispatch([message("a", 1)], { start: unavailable, send: true, giveBack: true });
    expect(late.failed).to.deep.equal(["a"]);
  });

  it("quarantines the one node whose input Step Functions refuses, and starts the others", async () => {
    const refusedNode = nodeId(7);
    const refuse = ({ input }: Start) =>
      input.references.some((one) => one.nodeId === refusedNode)
        ? new RefusedInput("InvalidExecutionInput: no")
        : undefined;
    const { quarantined, nodes, failed } = await dispatch([message("a", ...range(0, 50))], { start: refuse });
    expect(failed).to.deep.equal([]);
    expect(nodes.flat()).to.have.members(ids(0, 50).filter((id) => id !== refusedNode));
    expect(quarantined).to.deep.equal([
      {
        queueUrl: "quarantine",
        entry: {
          nodeId: refusedNode,
          reason: "Step Functions refused the input of the execution",
          message: "InvalidExecutionInput: no",
          references: [reference({ nodeId: refusedNode })],
        },
      },
    ]);
  });

  it("stops before its time is over, and returns the rest", async () => {
    let calls = 0;
    // The first call asks whether there is time to count executions, the others whether there is time for a start.
    const remaining = () => (calls++ < 4 ? 40_000 : 15_000);
    const messages = [...Array<unknown>(6)].map((_, index) =>
      message(`m${index}`, ...range(index * 50, index * 50 + 50)),
    );
    const { nodes, failed, parked, sentBack } = await dispatch(messages, { remaining });
    expect(nodes).to.have.lengthOf(3);
    expect(failed).to.deep.equal(["m3", "m4", "m5"]);
    expect([parked, sentBack]).to.deep.equal([[], []]);
  });
});

describe("dispatch: messages that cannot be read", () => {
  it("go to the quarantine queue with the reason, and do not stop the others", async () => {
    const { quarantined, failed, nodes } = await dispatch([record("a", "{"), message("b", 1)]);
    expect(quarantined).to.deep.equal([
      { queueUrl: "quarantine", entry: { reason: "not JSON", message: "{", body: "{" } },
    ]);
    expect(nodes).to.deep.equal([[nodeId(1)]]);
    expect(failed).to.deep.equal([]);
  });

  it("are received again if the quarantine queue refuses them", async () => {
    const { failed, nodes } = await dispatch([record("a", "{"), message("b", 1)], { send: true });
    expect(failed).to.deep.equal(["a"]);
    expect(nodes).to.deep.equal([[nodeId(1)]]);
  });

  it("include events of another account or Region, whose nodes are never checked", async () => {
    const detail = { "instance-id": nodeId(1), state: "terminated" };
    const event = { source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification", detail };
    const elsewhere = [
      { ...event, account: "999999999999", region: "us-east-2" },
      { ...event, account: "111122223333", region: "us-west-2" },
    ].map((one, index) => record(String(index), JSON.stringify(one)));
    const { quarantined, nodes } = await dispatch(elsewhere);
    expect(nodes).to.deep.equal([]);
    expect(quarantined).to.have.lengthOf(2);
  });

  it("do not stop the others if a time is at the limit of what JavaScript can show", async () => {
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

  it("fit into a queue message, for any content", async () => {
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
