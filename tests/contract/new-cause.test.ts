/** A cause is one row of contract/causes.ts. A copy of the checkout gets a made-up one, and a patch that has it. */
import { expect } from "chai";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFleet } from "../embedded/life-fleet.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import type { Followed } from "../fixtures/follow-findings.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COPIED = [
  ...["command-line", "commands", "console", "contract", "functions", "infra", "local", "presentation", "statemachine"],
  ...["index.ts", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml", "tests/fixtures/follow-findings.ts"],
];
const ROW = `{
  cause: "quarantined",
  states: ["InstalledQuarantined"],
  count: "InstalledQuarantinedCount",
  always: true,
  field: "PatchFindings/Quarantined",
  label: "in quarantine",
  one: "patch in quarantine",
  many: "patches in quarantine",
  remedy: "Release the patches from quarantine.",
  insight: { key: "quarantined", title: "nodes with patches in quarantine" },
},
`;
const END_OF_TABLE = "] as const satisfies readonly CauseRow[];";

/** @throws {Error} with what the process printed, unless it ends with 0 */
function node(cwd: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { cwd });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => void (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once("close", (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
  });
}

/** One node whose only noncompliant patches, two, are in the made-up state. */
async function fleetWithNewCause(directory: string): Promise<string> {
  const fleet = await writeFleet(directory, { nodes: [{ nodeId: nodeId(1), missing: 2 }] });
  const rewrite = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(fleet, file), change(await readFile(join(fleet, file), "utf8")));
  await rewrite("list-compliance-items.json", (text) => text.replaceAll('"Missing"', '"InstalledQuarantined"'));
  await rewrite("describe-instance-patch-states.json", (text) =>
    text.replace('"MissingCount":2', '"MissingCount":0,"InstalledQuarantinedCount":2'),
  );
  return fleet;
}

describe("a new cause", function () {
  // Two processes that load Pulumi.
  this.timeout(180_000);
  let directory = "";
  let finding: Record<string, unknown> = {};
  let followed: Followed;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "new-cause-"));
    const copy = join(directory, "checkout");
    await mkdir(copy);
    for (const path of COPIED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
    const table = join(copy, "contract", "causes.ts");
    await writeFile(table, (await readFile(table, "utf8")).replace(END_OF_TABLE, ROW + END_OF_TABLE));
    const report = join(directory, "report.json");
    const fleet = await fleetWithNewCause(directory);
    await node(copy, "local/main.ts", "--once", "--fleet", fleet, "--report", report);
    const { findings } = JSON.parse(await readFile(report, "utf8")) as { findings: Record<string, unknown>[] };
    finding = findings[0] ?? {};
    followed = JSON.parse(await node(copy, "tests/fixtures/follow-findings.ts", report)) as Followed;
  });
  after(() => rm(directory, { recursive: true }));

  it("reaches the finding", () => {
    expect(finding["Description"]).to.include("2 patches in quarantine");
    expect(finding).to.have.nested.property("ProductFields.PatchFindings/Quarantined", "2");
    expect(finding).to.have.nested.property("Remediation.Recommendation.Text", "Release the patches from quarantine.");
  });

  it("reaches the insights", () => {
    expect(followed.insights).to.include("PatchFindings/Quarantined");
    expect(followed.insights).to.include("nodes with patches in quarantine");
  });

  it("reaches the console", () => {
    expect(followed.console).to.deep.equal([{ cause: "in quarantine", count: 2 }]);
  });

  it("reaches the HTML report", () => {
    expect(followed.report).to.include("2 in quarantine");
  });

  it("reaches the command line, as a table and as CSV", () => {
    expect(followed.table).to.match(/in quarantine\W+1\W+2/);
    expect(followed.csv.split("\n")[0]).to.include(',"in_quarantine",');
    expect(followed.csv).to.include("2 in quarantine");
  });
});
