/** Conditions on tags, from the setting to the finding. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REGION, several, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf } from "./life-shapes.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const DAY_MS = 24 * 60 * 60_000;
const day = (count: number): string => new Date(Date.now() + count * DAY_MS).toISOString().slice(0, 10);
const [ACCEPTED, PROD, RATED, UNTAGGED] = [1, 2, 3, 4].map((index) => nodeId(index)) as [
  string,
  string,
  string,
  string,
];
const HYBRID = nodeId(5, "mi");
const NODES = [...several(4, { missing: 2 }), { nodeId: HYBRID, missing: 2 }];
const TAGS = {
  [ACCEPTED]: { Env: "test", Team: "payments" },
  [PROD]: { Env: "prod" },
  [RATED]: { Tier: "1" },
  [HYBRID]: { Env: "prod", Tier: "1" },
};
const BY_TAG = {
  severityRules: [{ tags: { Tier: "1" }, severity: "CRITICAL" }],
  deadlineRules: [{ nodes: { tags: { Env: ["prod", "live"] } }, patchWithinDays: { HIGH: 7, CRITICAL: 3 } }],
  exceptions: [{ nodes: { tags: { Env: "test" } }, owner: "Ann", reason: "replaced", until: day(30) }],
};
const GENERAL = { severityRules: [{ severity: "CRITICAL" }] };
/** Severity, workflow status and days until due. */
const EXPECTED = {
  [ACCEPTED]: ["INFORMATIONAL", "SUPPRESSED", undefined],
  [PROD]: ["HIGH", "NEW", "7 days"],
  [RATED]: ["CRITICAL", "NEW", "14 days"],
  [UNTAGGED]: ["HIGH", "NEW", "30 days"],
  [HYBRID]: ["CRITICAL", "NEW", "3 days"],
};

const shown = (outcome: Outcome): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    findingsOf(outcome).map(({ Id, Severity, Workflow, ProductFields }): [string, unknown] => {
      const days = /within (\d+ days)/.exec(ProductFields["PatchFindings/DueReason"] ?? "")?.[1];
      return [Id.split("/").at(-1) ?? "", [Severity.Label, Workflow?.Status, days]];
    }),
  );
const calls = ({ apiCalls }: Outcome): number | undefined => apiCalls["tag:GetResources"];

describe("conditions on tags in embedded runs", function () {
  this.timeout(240_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tags-"));
  });
  after(() => rm(directory, { recursive: true }));

  interface Play extends Partial<Folder> {
    readonly sweep?: boolean;
    readonly settings?: object;
    readonly faults?: readonly object[];
  }

  async function play({ sweep = false, settings = BY_TAG, faults = [], ...folder }: Play = {}): Promise<Outcome> {
    const fleet = await writeFleet(directory, { nodes: NODES, tags: TAGS, ...folder });
    const file = async (name: string, content: unknown): Promise<string> => {
      await writeFile(join(fleet, name), JSON.stringify(content));
      return join(fleet, name);
    };
    const all = Object.entries({ regions: [REGION], ...settings });
    const config = Object.fromEntries(all.map(([name, value]) => [`patch-manager-findings:${name}`, value]));
    const options = ["--fleet", fleet, "--config", await file("stack.yaml", { config })];
    const when = sweep ? ["--sweep", "--events", join(fleet, "no-events.json")] : [];
    const disturbed = faults.length === 0 ? [] : ["--faults", await file("faults.json", faults)];
    return embeddedRun([...options, ...when, ...disturbed]);
  }

  it("decide exception, deadline and severity, with one call for each execution", async () => {
    const outcome = await play();
    expect(shown(outcome)).to.deep.equal(EXPECTED);
    expect(calls(outcome)).to.equal(outcome.executions.length);
  });

  it("follow a tag that changes with the next sweep, and cost one call while none changes", async () => {
    const { findings } = await play();
    const same = await play({ findings, sweep: true });
    expect([same.executions, calls(same)]).to.deep.equal([[], 1]);

    const tags = { ...TAGS, [ACCEPTED]: { Team: "payments" }, [UNTAGGED]: { Env: "live" } };
    const changed = await play({ findings, sweep: true, tags });
    expect(changed.changes.map((change) => change.nodeId).toSorted()).to.deep.equal([ACCEPTED, UNTAGGED]);
    expect(shown(changed)).to.deep.equal({
      ...EXPECTED,
      [ACCEPTED]: ["HIGH", "NEW", "30 days"],
      [UNTAGGED]: ["HIGH", "NEW", "7 days"],
    });
    expect(calls(changed)).to.equal(2);
  });

  it("make no call if no policy names a tag", async () => {
    const { findings, ...opened } = await play({ settings: GENERAL });
    const swept = await play({ settings: GENERAL, findings, sweep: true });
    for (const { apiCalls } of [opened, swept]) expect(apiCalls).to.not.have.property("tag:GetResources");
  });

  const failing = (code: string, status: number, count: number) => [
    { service: "tag", operation: "GetResources", kind: "error", code, status, count },
  ];
  for (const [what, faults] of [
    ["throttled", failing("ThrottledException", 400, 24)],
    ["unavailable", failing("InternalServiceException", 500, 24)],
    ["denied", failing("AccessDeniedException", 400, 6)],
  ] as const) {
    it(`lose nothing if the read of tags is ${what} for a while`, async () => {
      const outcome = await play({ faults });
      expect(shown(outcome)).to.deep.equal(EXPECTED);
      expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
      expect(calls(outcome)).to.be.greaterThan(faults[0]?.count ?? 0);
    });
  }

  it("change no finding while a sweep may not read tags", async () => {
    const { findings } = await play();
    const denied = await play({ findings, sweep: true, faults: failing("AccessDeniedException", 400, 500) });
    expect([denied.changes, shown(denied)]).to.deep.equal([[], EXPECTED]);
    expect(denied.usage.metrics).to.include("SweepUnfinished");
  });
});
