/** verify-aws as a process: exit codes, questions and Ctrl-C. */
import { expect } from "chai";
import { setTimeout } from "node:timers/promises";
import { TEST_PROGRAM } from "../../commands/verify-aws/test-finding.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { runCommand, startCommand } from "../fixtures/command-process.ts";
import { ACCOUNT, REGION } from "../fixtures/verify-aws-fixture.ts";

const HERE = ["--region", REGION];
const EMPTY: AccountOptions = { fleet: emptyFleet(ACCOUNT, REGION) };
const POLL_MS = 10;

describe("verify-aws as a command", () => {
  let account: Account;
  afterEach(async () => {
    await account.close();
    expect(account.defects).to.deep.equal([]);
  });
  const testFinding = () =>
    (account.hub.findings() as { GeneratorId?: string; RecordState?: string; Workflow?: object }[]).find(
      ({ GeneratorId }) => GeneratorId === TEST_PROGRAM,
    );

  it("prints the table and the text, only reads, and ends with 0", async () => {
    account = await startAccount(EMPTY);
    const { code, stdout, stderr } = await runCommand("verify-aws", HERE, account.environment);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^┌[^]*│ fact [^]*\n\d+ facts, 2 as assumed, .*\n\nText for an issue:\n\nverify-aws \d/);
    expect(stdout).to.include(`, ${REGION}, without --write\n`);
    expect(Object.keys(account.admission.apiCalls).filter((call) => call.includes("Batch"))).to.deep.equal([]);
  });

  it("ends with 1 if a call is denied, and still prints everything", async () => {
    account = await startAccount({ ...EMPTY, denied: ["states:ListStateMachines"] });
    const { code, stdout } = await runCommand("verify-aws", HERE, account.environment);
    expect(code).to.equal(1);
    expect(stdout).to.include("| list-executions | not allowed | missing: states:ListStateMachines |");
  });

  it("ends with 1 and one line if AWS rejects the credentials", async () => {
    account = await startAccount(EMPTY);
    const environment = { ...account.environment, AWS_ACCESS_KEY_ID: "AKIAOTHER" };
    const { code, stdout, stderr } = await runCommand("verify-aws", HERE, environment);
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(
      /^the assumptions in eu-west-1 were not checked: AWS rejected these credentials \(UnrecognizedClientException\): sign in again\n$/,
    );
  });

  it("writes nothing without --yes if no person can answer", async () => {
    account = await startAccount(EMPTY);
    const { code, stdout, stderr } = await runCommand("verify-aws", [...HERE, "--write"], account.environment);
    expect([code, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.equal("--write asks before it writes; give --yes if no person can answer\n");
    expect(account.admission.apiCalls).to.deep.equal({});
  });

  it("archives the test finding after Ctrl-C, and ends with 130", async () => {
    account = await startAccount(EMPTY);
    const { process, ended } = startCommand("verify-aws", [...HERE, "--write", "--yes"], account.environment);
    while (testFinding() === undefined && process.exitCode === null) await setTimeout(POLL_MS);
    process.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).to.deep.equal([130, "interrupted\n"]);
    expect(stdout).to.match(/\| import-reopens \| not checked \| interrupted \|/);
    expect(testFinding()).to.deep.include({ RecordState: "ARCHIVED", Workflow: { Status: "RESOLVED" } });
  });
});
