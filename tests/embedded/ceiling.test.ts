import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Execution } from "../../local/services/step-functions/execution.ts";
import type { Run } from "../../local/run/run.ts";
import { embeddedRun } from "./run-embedded.ts";

const QUEUES_EMPTY = { work: 0, outage: 0, quarantine: 0 };
/** One invocation of dispatch receives all events, so no second one adds executions that the first does not see. */
const ONE_DISPATCHER = { batchSize: 1_000 };
const listing = { service: "states", operation: "ListExecutions", kind: "error" };

/** Makes executions last, because work alone takes no time on the virtual clock. */
const slow = { service: "securityhub", operation: "GetFindings", kind: "timeout", count: 16 };

interface Case {
  readonly nodes: number;
  readonly settings?: object;
  readonly faults?: readonly object[];
}

/** Returns how many executions ran at the same time, at most. An execution that ends makes room for the next one. */
function mostAtOnce(executions: readonly Execution[]): number {
  const changes = executions.flatMap(({ startDate, stopDate }) => [
    { at: startDate.getTime(), by: 1 },
    { at: stopDate?.getTime() ?? Infinity, by: -1 },
  ]);
  let now = 0;
  const counts = changes.toSorted((a, b) => a.at - b.at || a.by - b.by).map(({ by }) => (now += by));
  return Math.max(...counts);
}

describe("the ceiling on executions", function () {
  this.timeout(180_000);
  let directory: string;
  before(async () => (directory = await mkdtemp(join(tmpdir(), "ceiling-"))));
  after(() => rm(directory, { recursive: true }));

  /** Runs the fleet. Every node gets its result, and none of them through the outage queue. */
  async function run({ nodes, settings = {}, faults = [] }: Case) {
    const config = Object.entries({ regions: ["eu-west-1"], ...settings }).map(
      ([key, value]) => [`patch-manager-findings:${key}`, value] as const,
    );
    await writeFile(join(directory, "stack.yaml"), JSON.stringify({ config: Object.fromEntries(config) }));
    await writeFile(join(directory, "faults.json"), JSON.stringify(faults));
    const files = ["--config", join(directory, "stack.yaml"), "--faults", join(directory, "faults.json")];
    let executions: readonly Execution[] = [];
    const during = async ({ cloud }: Run): Promise<void> => {
      await cloud.drained();
      executions = cloud.executions();
    };
    const { missing, queues, usage } = await embeddedRun(["--nodes", String(nodes), "--seed", "5", ...files], {
      during,
    });
    expect(missing).to.deep.equal([]);
    expect(queues).to.deep.equal(QUEUES_EMPTY);
    expect(executions.filter(({ input }) => input.includes("redriveHistory"))).to.deep.equal([]);
    return { executions, most: mostAtOnce(executions), metrics: usage.metrics };
  }

  it("bounds what one dispatch starts, and is reached", async () => {
    const { executions, most, metrics } = await run({ nodes: 400, settings: ONE_DISPATCHER, faults: [slow] });
    expect(executions).to.have.lengthOf(8);
    expect(most).to.equal(4);
    expect(metrics).to.not.include("ExecutionsNotCounted");
  });

  it("is exceeded by no more than itself if two dispatchers count at the same moment", async () => {
    const { most } = await run({ nodes: 300, faults: [slow] });
    expect(most).to.be.within(2, 8);
  });

  it("may be one, with executions so slow that dispatch sends nodes back", async () => {
    const settings = { maximumExecutions: 1, ...ONE_DISPATCHER };
    const { most, metrics } = await run({ nodes: 600, settings, faults: [slow] });
    expect(most).to.be.within(1, 2);
    expect(metrics).to.include("ExecutionsWaiting");
  });

  it("does not hold if listing executions is denied: everything starts at once", async () => {
    const faults = [{ ...listing, status: 400, code: "AccessDeniedException", count: 1_000 }, slow];
    const { most, metrics } = await run({ nodes: 300, settings: ONE_DISPATCHER, faults });
    expect(most).to.be.above(4);
    expect(metrics).to.include("ExecutionsNotCounted");
  });

  // 5 seconds at the default time scale are 5 minutes of the program.
  it("lets nothing start while Step Functions does not list executions, and loses nothing", async () => {
    const { executions, metrics } = await run({ nodes: 100, faults: [{ ...listing, seconds: 5 }] });
    expect(executions).to.have.lengthOf.at.least(2);
    expect(metrics).to.include("ExecutionsWaiting");
  });
});
