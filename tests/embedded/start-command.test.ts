/** `npm start` as a process in an unusual directory or with unusual output. */
import { expect } from "chai";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ended } from "../fixtures/command-process.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = [
  ...["command-line", "commands", "console", "contract", "functions", "infra", "local", "presentation", "statemachine"],
  ...["index.ts", "package.json"],
];
const SETTINGS = ["Pulumi.yaml", "Pulumi.dev.yaml"];

/** @param after ends the reading of stdout after so many lines, as `head` does */
function node(cwd: string, args: readonly string[], after = Infinity): Promise<Ended> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { cwd });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.split("\n").length > after) child.stdout.destroy();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

describe("npm start, as a process", function () {
  // Each of them loads Pulumi.
  this.timeout(180_000);
  let directory: string;
  before(async () => void (directory = await mkdtemp(join(tmpdir(), "start-"))));
  after(() => rm(directory, { recursive: true }));

  async function checkout(name: string, modules = true): Promise<string> {
    const place = join(directory, name);
    await mkdir(place);
    for (const file of [...SOURCES, ...SETTINGS]) await cp(join(ROOT, file), join(place, file), { recursive: true });
    if (modules) await symlink(join(ROOT, "node_modules"), join(place, "node_modules"));
    return place;
  }

  it("runs in a directory with a space, an umlaut and a percent sign", async () => {
    const { code, stderr, stdout } = await node(await checkout("mein Büro 100%25 #1"), ["local/main.ts", "--once"]);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/20 managed nodes in eu-west-1; 19 events\n/);
  });

  it("says in one line that the bundles cannot be written, and ends with 2", async () => {
    const place = await checkout("read-only");
    await writeFile(join(place, "dist"), "");
    const { code, stderr } = await node(place, ["local/main.ts", "--once"]);
    expect(code).to.equal(2);
    expect(stderr).to.match(/^the Lambda bundles cannot be written to .*read-only\/dist\/functions: E\w+.*make .*\n$/);
    expect(stderr.trim()).to.not.contain("\n");
  });

  it("names each file and line that cannot be bundled, once", async () => {
    const place = await checkout("broken");
    const [publish, sweep] = ["publish", "sweep"].map((name) => join(place, "functions", `${name}.ts`));
    await writeFile(publish ?? "", 'import "./absent.ts";\n');
    await writeFile(sweep ?? "", "export const handler =\n  (;\n");
    const { code, stdout, stderr } = await node(place, ["local/main.ts", "--once"]);
    expect(code).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.equal(
      "the Lambda bundles cannot be built: " +
        'functions/publish.ts:1:8: Could not resolve "./absent.ts"; functions/sweep.ts:2:4: Unexpected ";"\n',
    );
  });

  it("says in one line that the dependencies are not installed, with any Node.js version and command", async () => {
    const place = await checkout("not installed", false);
    const { scripts } = JSON.parse(await readFile(join(place, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const unchecked = Object.entries(scripts).filter(([, line]) => !line.includes("commands/installed.js"));
    expect(unchecked.map(([name]) => name)).to.deep.equal(["prepare", "up", "preview"]);
    for (const args of [["--import", "./commands/installed.js", "local/main.ts"], ["commands/installed.js"]]) {
      const { code, stderr } = await node(place, args);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^the dependencies are not installed in .*; run npm ci first\n$/);
    }
  });

  it("ends without an error if the reader of its output stops reading", async () => {
    const { stderr } = await node(ROOT, ["local/main.ts", "--once"], 1);
    expect(stderr).to.equal("");
  });

  it("counts the events that no rule matches, and names quarantined work in its last lines", async () => {
    const events = join(directory, "events.json");
    const event = { version: "0", id: "1", region: "eu-west-1", account: "111122223333", time: "2026-11-16T02:00:00Z" };
    const broken = {
      ...event,
      source: "aws.ssm",
      "detail-type": "EC2 Command Invocation Status-change Notification",
      detail: { "document-name": "AWS-RunPatchBaseline", "command-id": "no-id", status: "Success", "instance-id": "x" },
    };
    await writeFile(events, JSON.stringify([{ ...event, source: "a", "detail-type": "b", detail: {} }, broken]));
    const { code, stdout } = await node(ROOT, ["local/main.ts", "--once", "--events", events]);
    expect(stdout).to.match(/; 2 events; 1 event matched no rule\n/);
    expect(stdout).to.match(/ executions? in .*; 1 event matched no rule\nquarantined: .*\n$/);
    expect(code).to.equal(0);
  });
});
