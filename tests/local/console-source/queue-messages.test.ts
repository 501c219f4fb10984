import { expect } from "chai";
import { queueMessages, nodesIn } from "../../../local/console-source/queue-messages.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const [ONE, TWO] = [nodeId(1), nodeId(2)];
const stored = (body: unknown, sentAt = 0) => ({
  messageId: "m",
  body: typeof body === "string" ? body : JSON.stringify(body),
  sentAt,
  receives: 2,
});
const reference = (id: string) => ({ nodeId: id, attempts: 0 });

describe("messages of a queue", () => {
  const bodies: [what: string, body: unknown, nodes: readonly string[], reason: string | undefined][] = [
    ["waiting nodes", { references: [reference(ONE), reference(TWO)] }, [ONE, TWO], undefined],
    [
      "parked nodes",
      { references: [reference(ONE)], error: { Error: "SecurityHubUnavailable", Cause: "500" } },
      [ONE],
      "SecurityHubUnavailable: 500",
    ],
    ["a quarantined node", { nodeId: ONE, reason: "refused", message: "InvalidInput" }, [ONE], "refused: InvalidInput"],
    ["an event", { source: "aws.ssm", detail: { "instance-id": TWO, status: "Success" } }, [TWO], undefined],
    ["a message that is not JSON", "mi-0123 {", [], undefined],
    ["hostile text", { reason: "a\u001b[2Jb\nc" }, [], "a [2Jb c"],
  ];
  for (const [what, body, nodes, reason] of bodies) {
    it(`shows the nodes and the reason of ${what}`, () => {
      const [row] = queueMessages([stored(body)]).rows;
      expect([row?.nodeIds, row?.reason, row?.attempts]).to.deep.equal([nodes, reason, 2]);
    });
  }

  it("shows the oldest first, at most 100 of any number", () => {
    const { total, rows } = queueMessages(
      Array.from({ length: 250 }, (_, index) => stored("x", 250_000 - index * 1_000)),
    );
    expect([total, rows.length, rows[0]?.since]).to.deep.equal([250, 100, "1970-01-01T00:00:01.000Z"]);
  });

  it("counts a node once, however often a message names it", () => {
    expect(nodesIn(`${ONE} ${ONE} ${TWO}`)).to.deep.equal([ONE, TWO]);
  });
});
