/** From the events that `notify` sends alone, a ticket system has the open findings of Security Hub. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANGES } from "../../contract/changes.ts";
import type { Run } from "../../local/run/run.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { ACCOUNT, REGION } from "./life-fleet.ts";
import { shapesOf } from "./life-shapes.ts";
import { edit, HOUR_MS, inHours, pass, sweepNow } from "./over-time.ts";
import { found, TicketRuns } from "./ticket-runs.ts";
import { TicketSystem } from "./ticket-system.ts";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:tickets`;
const BUS = "arn:aws:events:us-east-1:444455556666:event-bus/tickets";
const TIME_SCALE = 60;
const DEADLINE = { patchWithinDays: { HIGH: 1 } };

describe("tickets from events alone", function () {
  this.timeout(180_000);
  let directory: string;
  let runs: TicketRuns;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tickets-"));
  });
  afterEach(() => runs.close());
  after(() => rm(directory, { recursive: true }));

  it("equal the open findings, through an SNS topic that fails for an hour", async () => {
    runs = new TicketRuns(directory, { target: TOPIC });
    await openAndChange(runs);
    await closeAndReopen(runs, await failing("sns"));
    await becomeOverdue(runs);
    await runs.next([], { settings: DEADLINE, instances: { [nodeId(4)]: "terminated" } });
    expect(runs.history(4)).to.deep.equal(["opened", "overdue", "closed"]);
    expectOneTicketEach(runs);
  });

  it("equal the open findings, through an event bus that fails for an hour", async () => {
    runs = new TicketRuns(directory, { target: BUS, changes: CHANGES });
    await openAndChange(runs);
    await closeAndReopen(runs, await failing("events"));
    await becomeOverdue(runs);
    // Without the deadline the findings are not overdue any more. Only `refreshed` says so.
    await runs.next([], { instances: { [nodeId(4)]: "terminated" } });
    expect(runs.tickets.open().filter((ticket) => ticket.includes("overdue"))).to.deep.equal([]);
    expectOneTicketEach(runs);
  });

  async function failing(service: string): Promise<string[]> {
    const file = join(directory, `${service}.json`);
    const outage = { service, operation: "*", kind: "error", status: 500, from: 1, seconds: 3600 / TIME_SCALE };
    await writeFile(file, JSON.stringify([outage]));
    return ["--faults", file, "--time-scale", String(TIME_SCALE)];
  }
});

/** The finding of the eighth node opens before `from`. That of the sixth opens later, about an operation before. */
async function openAndChange(runs: TicketRuns): Promise<void> {
  const old = new Date(Date.parse(runs.from) - HOUR_MS).toISOString();
  const none = await runs.next([{ ...found(8, 1), endedAt: old }]);
  expect(none, "events about what was open before").to.equal(0);
  await runs.next([
    found(1, 1),
    found(2, 1),
    found(3, 1),
    found(4, 2),
    { nodeId: nodeId(5) },
    { ...found(6, 1), endedAt: old },
  ]);
  expect(runs.tickets.open()).to.have.lengthOf(6);
  await runs.next([found(1, 1, "Critical"), found(3, 1, "Low"), found(8, 1, "Critical")], {
    events: "of the fleet",
  });
  expect([1, 3, 8].map((number) => runs.history(number)?.at(-1))).to.deep.equal([
    ...["severity raised", "severity lowered", undefined],
  ]);
  const accepted = { nodes: { ids: [nodeId(2)] }, owner: "Ann", reason: "replaced", until: inHours(3) };
  const during = async (run: Run) => {
    await sweepNow(run);
    const edited = shapesOf(run.hub.findings()).find(({ Id }) => Id.endsWith(nodeId(1)));
    if (edited) edit(run, edited, { Note: { Text: "on it", UpdatedBy: "bob" } });
    await pass(4);
  };
  await runs.next([], { settings: { exceptions: [accepted] }, during });
  expect(runs.history(2)).to.deep.equal(["opened", "accepted", "expired"]);
  expect(runs.history(8), "events about what was open before").to.equal(undefined);
}

/** The target fails for an hour in each of the runs. */
async function closeAndReopen(runs: TicketRuns, args: readonly string[]): Promise<void> {
  await runs.next([found(1, 0), found(3, 0), found(7, 1), found(8, 0)], { args, events: "of the fleet" });
  expect(runs.history(8), "events about what was open before").to.equal(undefined);
  await runs.next([found(1, 1), found(5, 0), found(8, 1)], { args });
  expect(runs.history(1)).to.deep.equal(["opened", "severity raised", "closed", "reopened"]);
  expect(runs.history(5)).to.deep.equal(["opened", "closed"]);
  expect(runs.history(8)).to.deep.equal(["reopened"]);
}

async function becomeOverdue(runs: TicketRuns): Promise<void> {
  await runs.next([], { settings: DEADLINE, during: () => pass(24) });
  expect(runs.tickets.open().filter((ticket) => ticket.endsWith("HIGH overdue"))).to.have.lengthOf.at.least(5);
}

/** The same events in the opposite order come to the same tickets. */
function expectOneTicketEach({ tickets, events }: TicketRuns): void {
  expect(tickets.tickets.size).to.equal(8);
  const backwards = new TicketSystem();
  for (const event of events.toReversed()) backwards.receive(event);
  expect(backwards.open()).to.deep.equal(tickets.open());
  expect(backwards.open()).to.have.lengthOf(5);
}
