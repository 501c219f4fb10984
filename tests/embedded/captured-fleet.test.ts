import { expect } from "chai";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureFleet } from "../../commands/capture-fleet.ts";
import { fleetSources } from "../../commands/capture-fleet/fleet-sources.ts";
import { loadFleet } from "../../local/fleet/fleet-file.ts";
import { startAccount } from "../fixtures/account-fixture.ts";
import { embeddedRun, severities, type Outcome } from "./run-embedded.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
const TEST_TIMEOUT = 60_000;

/** Members whose values name someone or something; a redacted fleet must not hold them. */
const NAMING = new Set([
  ...[
    "AccountId",
    "InstanceId",
    "ResourceId",
    "ComputerName",
    "IPAddress",
    "PatchGroup",
    "BaselineId",
    "PatchBaselineId",
  ],
  ...["SnapshotId", "ExecutionId", "Owner", "AwsAccountId", "OperationId"],
]);

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member !== "string") return namesIn(member);
    if (name === "DetailedText" && member.startsWith("{")) return namesIn(JSON.parse(member));
    return NAMING.has(name) && member !== "" ? [member] : [];
  });
}

async function filesOf(directory: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.map(async (path) => ({ name: path.slice(directory.length), text: await readFile(path, "utf8") })),
  );
}

const actions = ({ changes }: Outcome): Record<string, number> => {
  const groups = Object.groupBy(changes, ({ action }) => action);
  return Object.fromEntries(Object.entries(groups).map(([action, some = []]) => [action, some.length]));
};

describe("a fleet captured from an account", () => {
  let directory: string;
  let original: Outcome;
  const capture = async (redact: boolean): Promise<string> => {
    const sample = await loadFleet(SAMPLE_FLEET);
    const account = await startAccount({ fleet: { ...sample, arrives: new Map(), findings: original.findings } });
    const out = join(directory, redact ? "redacted" : "plain");
    try {
      const sources = fleetSources(account.client, () => Promise.resolve());
      const progress = () => ({ update: () => undefined, stop: () => undefined });
      await captureFleet({ region: sample.region, out, redact }, { sources, progress, print: () => undefined });
      expect(account.defects).to.deep.equal([]);
    } finally {
      await account.close();
    }
    return out;
  };
  before(async function () {
    this.timeout(TEST_TIMEOUT);
    directory = await mkdtemp(join(tmpdir(), "captured-"));
    original = await embeddedRun([]);
  });
  after(() => rm(directory, { recursive: true }));

  it("gives the embedded run the same findings as the account, and no changes", async function () {
    this.timeout(TEST_TIMEOUT);
    const outcome = await embeddedRun(["--fleet", await capture(false)]);
    expect(severities(outcome.open)).to.deep.equal(severities(original.open));
    expect(outcome.open).to.have.lengthOf(16);
    expect(Object.keys(actions(outcome))).to.deep.equal(["unchanged"]);
  });

  it("holds no original value after redaction, and gives the same severities under other names", async function () {
    this.timeout(TEST_TIMEOUT);
    const out = await capture(true);
    const files = await filesOf(out);
    const names = new Set(
      (await filesOf(SAMPLE_FLEET)).flatMap(({ text }) => (text.startsWith("{") ? namesIn(JSON.parse(text)) : [])),
    );
    expect(names.size).to.be.greaterThan(80);
    for (const { name, text } of files) {
      expect(
        [...names].filter((secret) => `${name}\n${text}`.includes(secret)),
        name,
      ).to.deep.equal([]);
      expect(text, name).to.not.match(/storage team|corp\.example|111122223333|Backup agent/);
    }
    const outcome = await embeddedRun(["--fleet", out]);
    const labels = (open: Outcome["open"]) => Object.values(severities(open)).toSorted();
    expect(labels(outcome.open)).to.deep.equal(labels(original.open));
    // What Security Hub held is about the same nodes: nothing is opened a second time.
    expect(outcome.changes.filter(({ action }) => action === "open")).to.deep.equal([]);
    expect(outcome.changes.filter(({ action }) => action === "update")).to.have.lengthOf(16);
  });
});
