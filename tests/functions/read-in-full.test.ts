/** A finding closes only when its node's items were read. Summaries send the node back first. */
import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import { expect } from "chai";
import { run as publish } from "../../functions/publish.ts";
import { decide } from "../../functions/finding/decide.ts";
import { demandsItems } from "../../functions/finding/intent.ts";
import type { RatedJudgement } from "../../functions/compliance/node-severity.ts";
import type { Remembered } from "../../functions/finding/remembered.ts";
import { NO_METRICS } from "../doubles/counters.ts";
import { sendingTo, type Sent } from "../doubles/sent-on.ts";
import { Tickets } from "../doubles/tickets.ts";
import { minutes, NODE, nodeId, rated, READ_AT, reference, source } from "../fixtures/node-fixtures.ts";

const logger = { info: () => undefined, warn: () => undefined };
const summarized = (judged: RatedJudgement): RatedJudgement => ({ ...judged, summarized: true });
const nodeIs = (status: "compliant" | "noncompliant", index: number, endedAt: string) =>
  rated(status === "compliant" ? [source()] : undefined, status, { nodeId: nodeId(index), endedAt });

function publishTo(destination: Tickets, judgements: readonly RatedJudgement[], sent: Sent[] = []) {
  const references = judgements.map(({ evidence }) => reference({ nodeId: evidence.nodeId, sweep: READ_AT }));
  const ports = { ...sendingTo(sent), destination, logger, counter: NO_METRICS, now: () => new Date(READ_AT) };
  return publish({ references, judgements }, { ...ports, planOnly: false, policies: DEFAULT_POLICIES });
}

describe("a node that is compliant by its summary", () => {
  it("keeps its finding open, and goes back to be read in full; then the finding closes", async () => {
    const tickets = new Tickets();
    await publishTo(tickets, [nodeIs("noncompliant", 1, minutes(-60)), nodeIs("noncompliant", 2, minutes(-60))]);
    const sent: Sent[] = [];
    const [one, two] = [nodeIs("compliant", 1, minutes(-5)), nodeIs("compliant", 2, minutes(-5))];
    const first = await publishTo(tickets, [summarized(one), two], sent);
    expect(first.changes.map(({ action }) => action)).to.deep.equal(["unchanged", "close"]);
    const demand = reference({ nodeId: nodeId(1), sweep: READ_AT, readInFull: true });
    expect(sent).to.deep.equal([{ to: "work", message: { references: [demand] } }]);
    const second = await publishTo(tickets, [one, two], sent);
    expect(second.changes.map(({ action }) => action)).to.deep.equal(["close", "unchanged"]);
    expect(sent).to.have.length(1);
  });

  it("is not sent back if there is no finding to close", async () => {
    const sent: Sent[] = [];
    const { changes, readInFull } = await publishTo(
      new Tickets(),
      [summarized(nodeIs("compliant", 1, minutes(-5)))],
      sent,
    );
    expect([changes.length, readInFull, sent]).to.deep.equal([1, [], []]);
  });

  it("fails with QueueUnavailable if the message cannot be sent, after the other findings are written", async () => {
    const tickets = new Tickets();
    await publishTo(tickets, [nodeIs("noncompliant", 1, minutes(-60))]);
    const judgements = [summarized(nodeIs("compliant", 1, minutes(-5))), nodeIs("noncompliant", 2, minutes(-60))];
    const queue = { send: () => Promise.reject(new Error("no")) };
    const ports = {
      ...sendingTo(),
      queue,
      destination: tickets,
      logger,
      counter: NO_METRICS,
      planOnly: false,
      policies: DEFAULT_POLICIES,
    };
    const references = judgements.map(({ evidence }) => reference({ nodeId: evidence.nodeId }));
    const failure: unknown = await publish(
      { references, judgements },
      { ...ports, now: () => new Date(READ_AT) },
    ).catch((error: unknown) => error);
    expect(failure).to.have.property("name", "QueueUnavailable");
    expect(tickets.open.size).to.equal(2);
  });
});

describe("what summaries decide", () => {
  const open: Remembered = { closed: false, operationEnd: minutes(-60), absentSince: minutes(-90) };
  const compliant = rated([source()], "compliant", { endedAt: minutes(-5) });
  const demand = (judged: RatedJudgement, kind: "compliance" | "blindSpot" = "compliance") => {
    const intent = decide(kind, judged, open, "hash");
    return intent !== undefined && demandsItems(intent);
  };

  it("demands the items before a finding of either kind closes, even if it notes an absence", () => {
    expect(decide("compliance", compliant, open, "hash")?.action).to.equal("close");
    expect([demand(summarized(compliant)), demand(summarized(compliant), "blindSpot")]).to.deep.equal([true, true]);
    expect(demand(compliant)).to.equal(false);
  });

  it("demands nothing for a removed node: EC2 or two sweeps prove that", () => {
    const removed: RatedJudgement = { ...summarized(rated([], "unknown")), removed: "terminated" };
    expect([decide("compliance", removed, open, "hash")?.action, demand(removed)]).to.deep.equal(["close", false]);
  });

  it("demands nothing if no later operation is known", () => {
    const same = rated([source()], "compliant", { nodeId: NODE, endedAt: minutes(-60) });
    expect(demand(summarized(same))).to.equal(false);
  });
});
