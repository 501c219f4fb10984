import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../../local/run/run.ts";
import { embeddedRun, severities, type How, type Outcome } from "./run-embedded.ts";

const TIME_SCALE = 300;
const NODES = ["--nodes", "30", "--time-scale", String(TIME_SCALE)];
const SIX_HOURS_SECONDS = 6 * 60 * 60;

interface Fault {
  readonly service: string;
  readonly operation: string;
  readonly kind: string;
  readonly from?: number;
  readonly count?: number;
  readonly seconds?: number;
  readonly status?: number;
  readonly code?: string;
}

const importing = { service: "securityhub", operation: "BatchImportFindings", kind: "error", from: 1 };

interface Disturbed {
  readonly what: string;
  readonly faults: readonly Fault[];
  readonly parks?: boolean;
}

/** Each of them ends with every finding in Security Hub, once, and nothing left over. */
const passing: readonly Disturbed[] = [
  {
    what: "six throttles by LimitExceededException",
    faults: [{ ...importing, count: 6, status: 429, code: "LimitExceededException" }],
  },
  {
    what: "more throttles by TooManyRequestsException than are retried",
    // 6 tries of 3 calls each, even if a slow machine brings the events in two batches.
    faults: [{ ...importing, count: 36, status: 429, code: "TooManyRequestsException" }],
    parks: true,
  },
  {
    what: "Security Hub not enabled for some seconds",
    faults: [{ ...importing, operation: "*", seconds: 3, status: 401, code: "InvalidAccessException" }],
    parks: true,
  },
  { what: "sockets that reset", faults: [{ ...importing, operation: "*", kind: "reset", count: 4 }] },
  { what: "findings failed inside HTTP 200", faults: [{ ...importing, kind: "partial", count: 2 }] },
  {
    what: "Systems Manager throttling from the third page on",
    faults: [
      {
        service: "ssm",
        operation: "ListComplianceItems",
        kind: "error",
        from: 3,
        count: 8,
        status: 400,
        code: "ThrottlingException",
      },
    ],
  },
  {
    what: "executions that do not start at first",
    faults: [
      {
        service: "states",
        operation: "StartExecution",
        kind: "error",
        from: 1,
        count: 2,
        status: 400,
        code: "ThrottlingException",
      },
    ],
  },
  {
    what: "a queue that does not take parked work at first",
    faults: [
      // Not tried again: work is parked at once, however slow the machine is.
      { ...importing, operation: "*", count: 1, status: 401, code: "InvalidAccessException" },
      {
        service: "sqs",
        operation: "SendMessage",
        kind: "error",
        from: 1,
        count: 3,
        status: 500,
        code: "InternalError",
      },
    ],
    parks: true,
  },
];

/** One execution parks its work. Then redrive fails at this call, and without a response cannot know its effect. */
const redriveFails = (what: string, fault: Omit<Fault, "service">): Disturbed => ({
  what,
  faults: [
    { ...importing, operation: "*", count: 1, status: 401, code: "InvalidAccessException" },
    { service: "sqs", ...fault },
  ],
});
const crashes = [
  redriveFails("before it sends", { operation: "SendMessage", kind: "error", from: 2, count: 5 }),
  redriveFails("between sending and deleting", { operation: "DeleteMessageBatch", kind: "error", count: 5 }),
  redriveFails("because the connection breaks at deleting", {
    operation: "DeleteMessageBatch",
    kind: "reset",
    count: 5,
  }),
];

/** The second call is for what failed in the first, and takes the whole Publish with it. */
const broken: Disturbed = {
  what: "an import that breaks off after some findings were accepted",
  faults: [
    { ...importing, kind: "partial", count: 1 },
    { ...importing, from: 2, count: 3, status: 500, code: "InternalException" },
  ],
};
const refused: Disturbed = {
  what: "a finding that is refused for its content",
  faults: [{ ...importing, kind: "partial", count: 1, code: "InvalidInput" }],
};
const unavailable: Disturbed = {
  what: "Security Hub unavailable until the end",
  faults: [{ ...importing, operation: "*", count: 100_000, status: 500, code: "InternalException" }],
};

describe("nothing is lost", () => {
  let directory: string;
  let undisturbed: Outcome;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "outage-"));
    undisturbed = await embeddedRun(NODES);
    expect(undisturbed.open).to.have.lengthOf.at.least(5);
  });
  after(() => rm(directory, { recursive: true }));

  async function withFaults(faults: readonly Fault[], how: How = {}): Promise<Outcome> {
    const file = join(await mkdtemp(join(directory, "run-")), "faults.json");
    await writeFile(file, JSON.stringify(faults));
    return embeddedRun([...NODES, "--faults", file], how);
  }

  for (const { what, faults, parks } of passing) {
    it(`through ${what}`, async () => {
      const outcome = await withFaults(faults);
      expect(severities(outcome.open)).to.deep.equal(severities(undisturbed.open));
      expect(outcome.findings).to.have.lengthOf(undisturbed.findings.length);
      expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
      expect(outcome.missing).to.deep.equal([]);
      const parked = outcome.executions.some(({ states }) => states.includes("ParkForRedrive"));
      expect(parked, "work was parked").to.equal(parks ?? false);
    });
  }

  for (const { what, faults } of crashes) {
    it(`when redrive fails ${what}: its messages become visible again, and the next redrive takes them`, async () => {
      let failed: Run["cloud"]["failures"] = [];
      const during = ({ cloud }: Run) => Promise.resolve(void ({ failures: failed } = cloud));
      const outcome = await withFaults(faults, { during });
      expect(failed.map(({ functionName }) => functionName).join()).to.contain("redrive");
      expect(severities(outcome.open)).to.deep.equal(severities(undisturbed.open));
      expect(outcome.findings).to.have.lengthOf(undisturbed.findings.length);
      expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
      expect(outcome.missing).to.deep.equal([]);
    });
  }

  it("when an execution is stopped by hand: its work is done again", async () => {
    // In the middle of Gather: the first call of Systems Manager.
    const during = ({ cloud, ssm }: Run): Promise<void> => {
      const call = ssm.call.bind(ssm);
      ssm.call = (...request) => {
        ssm.call = call;
        for (const { arn, status } of cloud.executions()) if (status === "RUNNING") cloud.stopExecution(arn);
        return call(...request);
      };
      return Promise.resolve();
    };
    const outcome = await embeddedRun(NODES, { during });
    expect(outcome.executions.map(({ status }) => status)).to.include("ABORTED");
    expect(severities(outcome.open)).to.deep.equal(severities(undisturbed.open));
    expect(outcome.missing).to.deep.equal([]);
  });

  it("reports accepted findings once, even if Publish failed afterwards", async () => {
    const { open, changes, executions, queues } = await withFaults(broken.faults);
    expect(open).to.have.lengthOf(undisturbed.open.length);
    expect(queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
    const opened = changes.filter(({ action }) => action === "open").map(({ nodeId, kind }) => [nodeId, kind]);
    const before = undisturbed.changes.filter(({ action }) => action === "open");
    expect(opened).to.have.deep.members(before.map(({ nodeId, kind }) => [nodeId, kind]));
    expect(executions.some(({ states }) => states.includes("Publish"))).to.equal(true);
  });

  it("quarantines findings that Security Hub refuses for their content, with its message, and delivers the rest", async () => {
    const outcome = await withFaults(refused.faults);
    expect(outcome.quarantined).to.have.lengthOf.at.least(1);
    expect(outcome.open.length + outcome.quarantined.length).to.equal(undisturbed.open.length);
    expect(outcome.quarantined[0]?.message).to.match(/^InvalidInput: /);
    expect(outcome.missing).to.deep.equal([]);
  });

  it("runs work that comes straight back ever more rarely, while only imports are denied for six hours", async () => {
    const denied = {
      ...importing,
      seconds: SIX_HOURS_SECONDS / TIME_SCALE,
      status: 403,
      code: "AccessDeniedException",
    };
    const outcome = await withFaults([denied]);
    const parked = outcome.executions.filter(({ states }) => states.includes("ParkForRedrive"));
    // Redrive ran 72 times meanwhile. Batches run after about 5, 20, 40 and 85 minutes, then once an hour.
    const batches = undisturbed.executions.length;
    expect(parked.length).to.be.within(6 * batches, 11 * batches);
    expect(severities(outcome.open)).to.deep.equal(severities(undisturbed.open));
    expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
    expect(outcome.missing).to.deep.equal([]);
  });

  it("keeps the work in the outage queue while Security Hub is unavailable", async () => {
    const outcome = await withFaults(unavailable.faults);
    expect(outcome.open).to.deep.equal([]);
    expect(outcome.queues.outage).to.be.greaterThan(0);
    expect(outcome.missing.length).to.be.greaterThan(0);
  });
});
