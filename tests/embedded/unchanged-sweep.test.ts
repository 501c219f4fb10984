import { expect } from "chai";
import { parseOptions } from "../../local/run/options.ts";
import { startRun, type Run } from "../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { sweepOnce } from "../../local/run/sweeping.ts";

const NODES = 200;

describe("a sweep after a scan with the same result", function () {
  this.timeout(180_000);
  let run: Run;
  before(async () => {
    run = await onWeekday(() => startRun(parseOptions(["--once", "--nodes", String(NODES)])));
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
    await run.controls.scan();
    await untilQueuesAreEmpty(run);
  });
  after(() => run.close());

  it("reads a few lists and starts no execution", async () => {
    const { revision } = run.hub;
    const open = run.hub.held().filter(({ RecordState }) => RecordState === "ACTIVE").length;
    expect(open).to.be.greaterThan(40);
    const before = { ...run.cloud.apiCalls };
    const executions = run.cloud.executions().length;
    expect(await sweepOnce(run)).to.deep.equal([]);
    expect(run.cloud.executions()).to.have.length(executions);
    expect(run.hub.revision).to.equal(revision);
    const reads = Object.entries(run.cloud.apiCalls)
      .filter(([operation]) => !operation.startsWith("sqs:"))
      .flatMap(([operation, count]) =>
        count > (before[operation] ?? 0) ? [[operation, count - (before[operation] ?? 0)]] : [],
      );
    expect(Object.fromEntries(reads)).to.deep.equal({
      "ssm:DescribeInstanceInformation": NODES / 50,
      "ssm:DescribeInstancePatchStates": NODES / 50,
      // Noncompliant nodes in pages of 50, and the nodes with compliant associations.
      "ssm:ListResourceComplianceSummaries": 3,
      // A probe, open findings, and findings that are not settled.
      "securityhub:GetFindings": 3,
    });
  });
});

/** Starts the run's clock up to three days later if need be: the first sweep on Sunday also checks compliant nodes. */
async function onWeekday(start: () => Promise<Run>): Promise<Run> {
  const { now } = Date;
  const DAY_MS = 24 * 60 * 60_000;
  const days = [1, 0, 0, 0, 0, 3, 2][new Date(now()).getUTCDay()] ?? 0;
  const RealDate = Date;
  RealDate.now = () => now() + days * DAY_MS;
  try {
    return await start();
  } finally {
    RealDate.now = now;
  }
}
