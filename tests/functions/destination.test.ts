import { expect } from "chai";
import { run as publish, type PublishOutput } from "../../functions/publish.ts";
import { run as redrive } from "../../functions/redrive.ts";
import { run as sweep } from "../../functions/sweep.ts";
import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import type { RatedJudgement } from "../../functions/compliance/node-severity.ts";
import { NO_METRICS } from "../doubles/counters.ts";
import { FakeQueue, NOW } from "../doubles/fake-queue.ts";
import { sendingTo } from "../doubles/sent-on.ts";
import { Tickets } from "../doubles/tickets.ts";
import { minutes, nodeId, rated, READ_AT, reference, SCOPE, source } from "../fixtures/node-fixtures.ts";

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const idOf = (index: number) => `compliance of ${nodeId(index)}`;
const noncompliant = (index: number) => rated(undefined, "noncompliant", { nodeId: nodeId(index) });
const compliant = (index: number, endedAt?: string) =>
  rated([source()], "compliant", { nodeId: nodeId(index), ...(endedAt !== undefined && { endedAt }) });

function publishTo(destination: Tickets, ...judgements: RatedJudgement[]): Promise<PublishOutput> {
  const references = judgements.map(({ evidence }) => reference({ nodeId: evidence.nodeId }));
  const ports = {
    ...sendingTo(),
    destination,
    logger,
    counter: NO_METRICS,
    now: () => new Date(READ_AT),
    planOnly: false,
    policies: DEFAULT_POLICIES,
  };
  return publish({ references, judgements }, ports);
}
const actions = ({ changes }: PublishOutput) => changes.map(({ action }) => action);
const failure = (publishing: Promise<unknown>) => publishing.catch((error: unknown) => error);

describe("a destination other than Security Hub", () => {
  it("gets findings that open, stay, and close only on a later operation", async () => {
    const tickets = new Tickets();
    expect(actions(await publishTo(tickets, noncompliant(1)))).to.deep.equal(["open"]);
    expect(actions(await publishTo(tickets, noncompliant(1)))).to.deep.equal(["unchanged"]);
    expect(actions(await publishTo(tickets, compliant(1)))).to.deep.equal(["unchanged"]);
    expect(actions(await publishTo(tickets, compliant(1, minutes(-5))))).to.deep.equal(["close"]);
    expect(tickets.open.get(idOf(1))).to.include({ closed: true, operationEnd: minutes(-5) });
  });

  it("has refused findings quarantined in its name", async () => {
    const tickets = new Tickets();
    tickets.refused.add(idOf(1));
    const { rejected } = await publishTo(tickets, noncompliant(1), noncompliant(2));
    const words = rejected.map(({ reason, message }) => [reason, message]);
    expect(words).to.deep.equal([["Tickets refused the finding", `no room for ${idOf(1)}`]]);
    expect([...tickets.open.keys()]).to.deep.equal([idOf(2)]);
  });

  it("has a batch parked under its own error if it accepts nothing, and for all refusals alike", async () => {
    const tickets = new Tickets();
    for (const index of [1, 2]) tickets.stuck.add(idOf(index));
    const stuck = await failure(publishTo(tickets, noncompliant(1), noncompliant(2)));
    expect(stuck).to.have.property("name", "TicketsUnavailable");
    for (const index of [1, 2]) tickets.refused.add(idOf(index));
    const refused = await failure(publishTo(tickets, noncompliant(1), noncompliant(2)));
    expect(refused)
      .to.have.property("message")
      .that.matches(/^Tickets refused all 2 findings/);
  });

  for (const up of [true, false]) {
    it(`is ${up ? "" : "not "}sent the outage queue's work if it is ${up ? "" : "un"}available`, async () => {
      const tickets = new Tickets();
      tickets.up = up;
      const { outcome } = await redrive({
        queue: new FakeQueue([{ body: JSON.stringify({ references: [reference()] }) }]),
        destination: tickets,
        scope: SCOPE,
        outageQueueUrl: "outage",
        workQueueUrl: "work",
        quarantineQueueUrl: "quarantine",
        redriveMinutes: 5,
        logger,
        counter: NO_METRICS,
        now: () => new Date(NOW),
        remaining: () => 300_000,
      });
      expect(outcome).to.equal(up ? "moved" : "unavailable");
    });
  }

  it("has its open findings compared with their nodes by the sweep", async () => {
    const tickets = new Tickets();
    await publishTo(tickets, noncompliant(1), noncompliant(2));
    await publishTo(tickets, compliant(2, minutes(-5)));
    const sent: unknown[] = [];
    const outcome = await sweep(JSON.stringify({ "detail-type": "Scheduled Event", time: READ_AT }), {
      managedNodes: () => Promise.resolve({ nodes: [] }),
      data: { nodes: () => Promise.resolve([]), patchStates: () => Promise.resolve([]) },
      summaries: {
        noncompliant: () => Promise.resolve(new Map()),
        compliantAssociations: () => Promise.resolve(new Set()),
      },
      now: () => new Date(READ_AT),
      settings: { blindSpotDays: 30, policies: DEFAULT_POLICIES, sweepHours: 12 },
      destination: tickets,
      queue: {
        sendAfter: (_, message) => {
          sent.push(message);
          return Promise.resolve();
        },
      },
      sweepQueueUrl: "sweep",
      workQueueUrl: "work",
      logger,
      counter: NO_METRICS,
      remaining: () => 300_000,
    });
    expect(outcome).to.equal("finished");
    const absent = { nodeId: nodeId(1), attempts: 0, sweep: new Date(READ_AT).toISOString(), removed: "absent" };
    expect(sent).to.deep.equal([{ references: [absent] }]);
  });
});
