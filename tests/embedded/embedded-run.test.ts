import { expect } from "chai";
import { mkdtemp, readFile, writeFile, cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedRun, severities, type Outcome } from "./run-embedded.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");

/** The expected outcome in the sample fleet's README, by node. */
async function expectedOutcomes(): Promise<Record<string, string>> {
  const text = await readFile(join(SAMPLE_FLEET, "README.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(m?i-\w+)`.*\| ([A-Z]+|none)[^|]*\|$/gm)];
  return Object.fromEntries(
    rows
      .flatMap(([, nodeId = "", outcome = ""]) => (outcome === "none" ? [] : [[nodeId, outcome] as const]))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe("the embedded run", () => {
  let directory: string;
  let first: Outcome;

  before(async function () {
    this.timeout(180_000);
    directory = await mkdtemp(join(tmpdir(), "embedded-run-"));
    first = await embeddedRun([]);
  });
  after(() => rm(directory, { recursive: true }));

  /** The sample fleet with other files beside it. */
  async function fleetWith(files: Readonly<Record<string, unknown>>): Promise<string> {
    const fleet = await mkdtemp(join(directory, "fleet-"));
    await cp(SAMPLE_FLEET, fleet, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(fleet, name), JSON.stringify(content));
    return fleet;
  }

  it("opens a finding for each noncompliant node of the sample fleet, and for no other", async () => {
    expect(severities(first.open)).to.deep.equal(await expectedOutcomes());
    expect(first.open.length).to.be.greaterThan(13);
  });

  it("accounts for every node, denies no call, and leaves no work", () => {
    expect(first.missing).to.deep.equal([]);
    expect(first.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
  });

  it("checks the node with late data again, while the others continue", () => {
    const retried = first.executions.filter(({ states }) => states.includes("ReturnToWorkQueue"));
    expect(retried).to.have.lengthOf.at.least(1);
    expect(first.executions.every(({ status }) => status === "SUCCEEDED")).to.equal(true);
  });

  it("labels EC2 and hybrid nodes correctly", () => {
    const resources = first.open.flatMap(({ Resources }) => Resources);
    for (const { Id, Type } of resources) {
      if (Id.includes("/mi-"))
        expect([Id, Type]).to.deep.equal([
          Id.replace(/^.*:managed/, "arn:aws:ssm:eu-west-1:111122223333:managed"),
          "Other",
        ]);
      else
        expect([Id.split("/")[0], Type]).to.deep.equal([
          "arn:aws:ec2:eu-west-1:111122223333:instance",
          "AwsEc2Instance",
        ]);
    }
    expect(resources.filter(({ Type }) => Type === "Other")).to.have.lengthOf.at.least(1);
  });

  it("imports nothing when the same data comes again", async function () {
    this.timeout(180_000);
    const fleet = await fleetWith({ "findings.json": { Findings: first.findings } });
    const second = await embeddedRun(["--fleet", fleet]);
    expect(second.apiCalls["securityhub:BatchImportFindings"] ?? 0).to.equal(0);
    expect(second.changes.map(({ action }) => action)).to.satisfy((all: string[]) =>
      all.every((one) => one === "unchanged"),
    );
    expect(second.findings).to.deep.equal(first.findings);
  });

  it("produces the same findings when every event is delivered twice and in reverse order", async function () {
    this.timeout(180_000);
    const events = join(directory, "events.json");
    await writeFile(events, JSON.stringify([...first.events, ...first.events].toReversed()));
    const again = await embeddedRun(["--events", events]);
    expect(severities(again.open)).to.deep.equal(severities(first.open));
    expect(again.findings).to.have.lengthOf(first.findings.length);
  });
});
