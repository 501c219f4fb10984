import { expect } from "chai";
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureText } from "../../commands/account/client.ts";
import { captureFleet } from "../../commands/capture-fleet.ts";
import { JOURNAL_FILE } from "../../commands/capture-fleet/journal.ts";
import { fleetSources } from "../../commands/capture-fleet/fleet-sources.ts";
import { loadFleet } from "../../local/fleet/fleet-file.ts";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { REGION, several, writeFleet, type Plain } from "../embedded/life-fleet.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const REMOVED = nodeId(90);
const STOPPED = nodeId(91);
const NODES: readonly Plain[] = [
  ...several(6, { missing: 1 }),
  { nodeId: nodeId(7), missing: 0 },
  { nodeId: nodeId(8) },
  { nodeId: STOPPED, missing: 2, listed: false },
];

/** The parts of a finding of this program that a capture reads. */
function finding(fleet: Fleet, id: string, parts: object = {}): object {
  const { account, region } = fleet;
  return {
    Id: `patch-manager-findings/${region}/${account}/${id}`,
    ProductArn: `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
    GeneratorId: "patch-manager-findings",
    AwsAccountId: account,
    Region: region,
    RecordState: "ACTIVE",
    Workflow: { Status: "NEW" },
    Resources: [{ Type: "AwsEc2Instance", Id: `arn:aws:ec2:${region}:${account}:instance/${id}` }],
    ...parts,
  };
}

describe("capture-fleet", () => {
  let directory: string;
  let fleet: Fleet;
  let accounts: Account[];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "capture-"));
    const plain = await loadFleet(
      await writeFleet(directory, { nodes: NODES, instances: { [REMOVED]: "terminated" } }),
    );
    const summary = (ResourceId: string) => ({ ComplianceType: "Patch", ResourceType: "ManagedInstance", ResourceId });
    const foreign = finding(plain, nodeId(1), { GeneratorId: "another", Id: "another" });
    fleet = {
      ...plain,
      nodes: [...plain.nodes, ...plain.nodes.slice(0, 1)],
      complianceSummaries: [nodeId(1), STOPPED].map(summary),
      findings: [finding(plain, REMOVED), foreign, finding(plain, nodeId(2), { RecordState: "ARCHIVED" })],
    };
  });
  after(() => rm(directory, { recursive: true }));
  beforeEach(() => void (accounts = []));
  afterEach(() => Promise.all(accounts.map((account) => account.close())));

  const newDirectory = () => mkdtemp(join(directory, "out-"));
  async function capture(out: string, options: AccountOptions = {}, attempts = 1) {
    const account = await startAccount({ fleet, ...options });
    accounts.push(account);
    const lines: string[] = [];
    const bars: number[] = [];
    const progress = (total: number) => ({
      update: (done: number) => void bars.push(done / total),
      stop: () => void 0,
    });
    const turns: string[] = [];
    const turn = (operation: string) => Promise.resolve(void turns.push(operation));
    const sources = fleetSources({ ...account.client, maxAttempts: attempts }, turn);
    const captured = captureFleet(
      { region: REGION, out, redact: false },
      { sources, progress, print: (line) => void lines.push(line) },
    );
    return { captured, lines, bars, account, calls: () => account.admission.apiCalls, turns };
  }
  const failure = async (promise: Promise<unknown>): Promise<Error> => {
    try {
      await promise;
    } catch (error) {
      return error as Error;
    }
    throw new Error("it did not fail");
  };

  it("writes all that the program could read, and nothing else", async () => {
    const out = await newDirectory();
    const { captured, bars, account } = await capture(out);
    expect(await captured).to.equal(10);
    const read = await loadFleet(out);
    expect(read.nodes).to.deep.equal(fleet.nodes.slice(0, -1));
    expect(read.patchStates).to.deep.equal(fleet.patchStates);
    expect(read.complianceSummaries).to.deep.equal(fleet.complianceSummaries);
    const noncompliant = fleet.complianceItems.filter(({ Status }) => Status === "NON_COMPLIANT");
    const compliant = fleet.complianceItems.filter(({ ResourceId }) => ResourceId === nodeId(7)).slice(0, 1);
    expect(read.complianceItems).to.have.deep.members([...noncompliant, ...compliant]);
    expect(read.findings).to.have.deep.members([fleet.findings[0], fleet.findings[2]]);
    expect(read.instances).to.deep.equal([{ InstanceId: REMOVED, State: { Name: "terminated" } }]);
    expect(bars.at(-1)).to.equal(1);
    expect(await readdir(out)).to.not.include(JOURNAL_FILE);
    expect(account.defects).to.deep.equal([]);
  });

  it("reads only what is missing after a cut network, and has no fleet before", async () => {
    const out = await newDirectory();
    const cut = [{ service: "ssm", operation: "ListComplianceItems", from: 8, count: 9, kind: "reset" }];
    const first = await capture(out, { faults: cut });
    expect(failureText(await failure(first.captured))).to.match(
      /^ssm:ListComplianceItems got no answer: .*(?:ECONNRESET|hang up)/,
    );
    expect(await readdir(out)).to.deep.equal([JOURNAL_FILE]);
    expect((await stat(join(out, JOURNAL_FILE))).mode & 0o777, "for nobody else's eyes").to.equal(0o600);
    expect(first.lines.at(-1)).to.match(/^kept \d+ reads in .*; run the same command again to continue$/);
    const second = await capture(out);
    expect(await second.captured).to.equal(10);
    expect(second.lines[0]).to.match(/^continuing after \d+ reads$/);
    const { "ssm:ListComplianceItems": before = 0 } = first.calls();
    const whole = await capture(await newDirectory());
    await whole.captured;
    const { "ssm:ListComplianceItems": all = 0 } = whole.calls();
    // The node that was cut is read again as a whole: its first call had an answer, its second had none.
    expect(second.calls()).to.include({ "ssm:ListComplianceItems": all - before + 2 });
    expect(second.calls()).to.not.have.any.keys("ssm:DescribeInstanceInformation", "securityhub:GetFindings");
    expect((await loadFleet(out)).patchStates).to.deep.equal(fleet.patchStates);
  });

  it("goes on after a line that was cut off in the middle", async () => {
    const [out, whole] = [await newDirectory(), await newDirectory()];
    await (
      await capture(whole)
    ).captured;
    const cut = (from: number) => ({ service: "ssm", operation: "ListComplianceItems", from, count: 9, kind: "reset" });
    await failure((await capture(out, { faults: [cut(8)] })).captured);
    const journal = join(out, JOURNAL_FILE);
    const { length } = await readFile(journal);
    await truncate(journal, length - 40);
    await failure((await capture(out, { faults: [cut(4)] })).captured);
    await (
      await capture(out)
    ).captured;
    for (const file of await readdir(whole)) {
      expect(await readFile(join(out, file), "utf8"), file).to.equal(await readFile(join(whole, file), "utf8"));
    }
  });

  it("waits if it is throttled, and keeps to its call rate", async () => {
    const throttles = { kind: "error", status: 400, code: "ThrottlingException", count: 1, from: 3 };
    const { captured, calls, turns } = await capture(
      await newDirectory(),
      { faults: [{ service: "ssm", operation: "ListComplianceItems", ...throttles }] },
      3,
    );
    expect(await captured).to.equal(10);
    const undisturbed = await capture(await newDirectory());
    await undisturbed.captured;
    const count = (of: Record<string, number>) => of["ssm:ListComplianceItems"] ?? 0;
    expect(count(calls())).to.equal(count(undisturbed.calls()) + 1);
    const called = Object.entries(calls()).flatMap(([call, times]) => Array<string>(times).fill(call));
    expect(turns.toSorted()).to.deep.equal(called.map((call) => call.replace(/^.*:/, "")).toSorted());
  });

  const withoutParts: [name: string, options: AccountOptions, line: RegExp, absent: string][] = [
    [
      "Security Hub is not enabled",
      { hub: { enabled: false } },
      /^without findings\.json: securityhub:DescribeHub is denied: InvalidAccessException: .* not subscribed/,
      "findings.json",
    ],
    [
      "GetFindings is denied",
      { denied: ["securityhub:GetFindings"] },
      /^without findings\.json: securityhub:GetFindings is denied/,
      "findings.json",
    ],
    [
      "DescribeInstances is denied",
      { denied: ["ec2:DescribeInstances"] },
      /^without describe-instances\.json: ec2:DescribeInstances is denied/,
      "describe-instances.json",
    ],
  ];
  for (const [name, options, line, absent] of withoutParts) {
    it(`names the part that is missing if ${name}`, async () => {
      const out = await newDirectory();
      const { captured, lines } = await capture(out, options);
      await captured;
      expect(lines).to.have.lengthOf(1);
      expect(lines[0]).to.match(line);
      expect(await readdir(out)).to.not.include(absent);
      expect((await loadFleet(out)).patchStates).to.deep.equal(fleet.patchStates);
    });
  }

  it("stops if Security Hub is unavailable, because it could hold findings", async () => {
    const out = await newDirectory();
    const outage = { service: "securityhub", operation: "GetFindings", count: 9, kind: "error" };
    const { captured } = await capture(out, { faults: [outage] });
    expect(failureText(await failure(captured))).to.match(/^securityhub:GetFindings got no answer: InternalException/);
    expect(await readdir(out)).to.deep.equal([JOURNAL_FILE]);
  });

  it("makes no directory if the credentials allow nothing", async () => {
    const out = join(directory, "never");
    const { captured } = await capture(out, { denied: ["sts:GetCallerIdentity"] });
    expect(await failure(captured))
      .to.have.property("message")
      .that.includes("sts:GetCallerIdentity");
    expect(await readdir(directory)).to.not.include("never");
  });

  const refused: [name: string, prepare: (out: string) => Promise<void>, message: RegExp][] = [
    [
      "a fleet",
      (out) => writeFile(join(out, "describe-instance-information.json"), "{}"),
      /already holds a fleet; give --out/,
    ],
    ["anything else", (out) => writeFile(join(out, "package.json"), "{}"), /is not empty; give --out/],
    [
      "a journal of another account",
      (out) => writeFile(join(out, JOURNAL_FILE), '{"region":"eu-west-1","account":"999999999999"}\n'),
      /of account 999999999999 in eu-west-1, not of 111122223333 in eu-west-1/,
    ],
    [
      "a journal of another Region",
      (out) => writeFile(join(out, JOURNAL_FILE), '{"region":"us-east-1","account":"111122223333"}\n'),
      /in us-east-1, not of 111122223333 in eu-west-1/,
    ],
    [
      "a journal that was changed",
      (out) => writeFile(join(out, JOURNAL_FILE), "x\n"),
      /cannot be read; remove it to start again/,
    ],
    [
      "a journal without a header",
      (out) => writeFile(join(out, JOURNAL_FILE), '{"name":"nodes","value":[]}\n'),
      /cannot be read; remove it/,
    ],
  ];
  for (const [name, prepare, message] of refused) {
    it(`does not touch a directory that holds ${name}`, async () => {
      const out = await newDirectory();
      await prepare(out);
      const [file = ""] = await readdir(out);
      const before = await readFile(join(out, file), "utf8");
      expect(await failure((await capture(out)).captured)).to.match(message);
      expect(await readdir(out)).to.deep.equal([file]);
      expect(await readFile(join(out, file), "utf8")).to.equal(before);
    });
  }

  it("refuses a file in place of a directory, and a directory that cannot be created", async () => {
    const file = join(directory, "file");
    await appendFile(file, "mine");
    for (const out of [file, join(file, "below")]) {
      expect(await failure((await capture(out)).captured)).to.match(/give another --out/);
    }
    expect(await readFile(file, "utf8")).to.equal("mine");
  });
});
