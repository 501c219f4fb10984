/** `verify-aws --write`: the test finding in both readings of each fact, and archived whatever happens. */
import { expect } from "chai";
import { IMPORT_FACTS } from "../../commands/verify-aws/import-facts.ts";
import { trialLines } from "../../commands/verify-aws/report.ts";
import { isTrouble } from "../../commands/verify-aws/run.ts";
import { TEST_PROGRAM } from "../../commands/verify-aws/test-finding.ts";
import { ServiceError } from "../../local/gateway/stand-in.ts";
import { around, failure, SUCCESS, type Fields, type Reading } from "../doubles/other-imports.ts";
import type { Account } from "../fixtures/account-fixture.ts";
import { COMPLETE, lineOf, verdictsOf, VerifyRuns } from "../fixtures/verify-aws-fixture.ts";

const statusOf = (finding: Fields | undefined) => (finding?.["Workflow"] as Fields | undefined)?.["Status"];
const isOlder = (finding: Fields, stored: Fields | undefined) =>
  stored !== undefined && String(finding["UpdatedAt"]) < String(stored["UpdatedAt"]);
const justAfter = (stored: Fields | undefined) => new Date(Date.parse(String(stored?.["UpdatedAt"])) + 1).toISOString();
const resourcesOf = (finding: Fields | undefined) => (finding?.["Resources"] ?? [{}]) as Fields[];

const READINGS: readonly (readonly [id: string, name: string, Reading, seen: RegExp, handled?: false])[] = [
  [
    "import-tags",
    "are not stored",
    {
      imports: (finding) => ({ ...finding, Resources: resourcesOf(finding).map(({ Tags: _none, ...rest }) => rest) }),
    },
    /were not stored$/,
  ],
  [
    "import-tags",
    "stay",
    {
      imports: (finding, stored) => ({
        ...finding,
        Resources: resourcesOf(finding).map((each) => ({ ...resourcesOf(stored)[0], ...each })),
      }),
    },
    /^omitted tags stayed$/,
  ],
  [
    "import-created-at",
    "changes",
    { shows: (finding, sent) => ({ ...finding, CreatedAt: sent.at(-1)?.["CreatedAt"] }) },
    /^CreatedAt changed$/,
  ],
  [
    "import-omitted-fields",
    "stay",
    { shows: (finding) => ({ ...finding, SourceUrl: "https://example.com/" }) },
    /stayed$/,
    false,
  ],
  [
    "import-omitted-product-fields",
    "stay",
    { shows: (finding) => ({ ...finding, ProductFields: { "VerifyAws/Omitted": "1" } }) },
    /stayed$/,
    false,
  ],
  [
    "import-older",
    "is reported as failed",
    { imports: (finding, stored) => (isOlder(finding, stored) ? failure("InvalidInput", finding) : finding) },
    /^it was reported as failed: InvalidInput$/,
  ],
  [
    "import-older",
    "is reported with a hostile code",
    { imports: (finding, stored) => (isOlder(finding, stored) ? failure("\u001b[31m|arn:aws:x", finding) : finding) },
    /^it was reported as failed: another code$/,
  ],
  [
    "import-older",
    "replaces the newer one",
    {
      imports: (finding, stored) => (isOlder(finding, stored) ? { ...finding, UpdatedAt: justAfter(stored) } : finding),
    },
    /replaced the newer one$/,
    false,
  ],
  [
    "import-suppressed",
    "is ignored",
    { imports: (finding, stored) => (statusOf(stored) === "SUPPRESSED" ? SUCCESS : finding) },
    /^the import was ignored$/,
  ],
  [
    "import-suppressed",
    "is refused",
    { imports: (finding, stored) => (statusOf(stored) === "SUPPRESSED" ? failure("InvalidInput", finding) : finding) },
    /^the import was reported as failed: InvalidInput$/,
  ],
  [
    "import-suppressed",
    "changes the status",
    {
      shows: (finding) =>
        String(finding["Title"]).endsWith("(suppressed)") && statusOf(finding) === "SUPPRESSED"
          ? { ...finding, Workflow: { Status: "NEW" } }
          : finding,
    },
    /changed the workflow status$/,
    false,
  ],
  [
    "import-reopens",
    "stays RESOLVED",
    {
      shows: (finding) =>
        String(finding["Title"]).endsWith("(open)") ? { ...finding, Workflow: { Status: "RESOLVED" } } : finding,
    },
    /^it did not become NEW$/,
    false,
  ],
  [
    "import-shown",
    "is not shown",
    { shows: ({ Title, ...finding }) => (Title === undefined ? finding : undefined) },
    /^not shown/,
  ],
];

/** Returns the test finding as the hub holds it. */
const testFinding = ({ hub }: Account): Fields | undefined =>
  (hub.findings() as Fields[]).find(({ GeneratorId }) => GeneratorId === TEST_PROGRAM);

function expectArchived(account: Account): void {
  expect(testFinding(account)).to.deep.include({ RecordState: "ARCHIVED", Workflow: { Status: "RESOLVED" } });
}

describe("verify-aws --write", () => {
  const runs = new VerifyRuns();
  afterEach(() => runs.end());
  const ids = IMPORT_FACTS.facts.map(({ id }) => id);

  it("sees every fact as assumed, and archives the finding", async () => {
    const { account, lines, trial } = await runs.trialAt(COMPLETE);
    const verdicts = verdictsOf(lines);
    for (const id of ids) expect(verdicts[id], id).to.equal("as assumed");
    expect(trial).to.include({ interrupted: false }).and.not.have.any.keys("failure", "leftBehind");
    expectArchived(account);
    expect((account.hub.findings() as Fields[]).length).to.equal((COMPLETE.hub?.findings?.length ?? 0) + 1);
  });

  for (const [id, name, reading, seen, handled = true] of READINGS) {
    it(`${id}: ${name}`, async () => {
      const { account, lines, trial } = await runs.trialAt(around(reading));
      const line = lineOf(lines, id);
      expect(line, line?.seen).to.include({ verdict: "differs", handled });
      expect(line?.seen).to.match(seen);
      expect(line && isTrouble(line)).to.equal(!handled);
      if (id !== "import-shown") expect(trial).to.not.have.property("leftBehind");
      expectArchived(account);
    });
  }

  it("has a test of the other reading of every fact", () => {
    expect([...new Set(READINGS.map(([id]) => id))].toSorted()).to.deep.equal(ids.toSorted());
  });

  it("archives the finding after Ctrl-C, at every pause", async () => {
    for (const stopAt of [1, 2, 3, 4]) {
      let pauses = 0;
      // Nothing is shown at once, so that there is a pause before each read that sees a change.
      let hidden = 0;
      const late = around({ shows: (finding) => ((hidden += 1) % 2 === 1 ? undefined : finding) });
      const { account, lines, trial } = await runs.trialAt(late, (stop) => {
        pauses += 1;
        if (pauses === stopAt) stop.abort();
      });
      expect(trial, String(stopAt)).to.include({ interrupted: true }).and.not.have.any.keys("failure", "leftBehind");
      expect(lineOf(lines, "import-reopens")).to.include({ verdict: "not checked", seen: "interrupted" });
      expectArchived(account);
      await runs.end();
    }
  });

  it("archives the finding after a step failed", async () => {
    for (const operation of ["BatchImportFindings", "BatchUpdateFindings", "GetFindings"]) {
      // GetFindings is also called by the facts before.
      const from = operation === "GetFindings" ? 7 : 2 - Number(operation === "BatchUpdateFindings");
      const fault = { service: "securityhub", operation, kind: "error", from, count: 1, code: "InternalException" };
      const { account, lines, trial } = await runs.trialAt({ ...COMPLETE, faults: [fault] });
      expect(trial, operation).to.have.property("failure");
      expect(trial, operation).to.not.have.property("leftBehind");
      const failed = lines.filter(({ verdict }) => verdict === "not checked").map(({ seen }) => seen);
      expect(failed, operation).to.include(`securityhub:${operation} failed: InternalException`);
      expectArchived(account);
      await runs.end();
    }
  });

  it("tries again to archive, and says so if it cannot", async () => {
    const archives = (finding: Fields) =>
      finding["RecordState"] === "ARCHIVED" && !String(finding["Title"]).endsWith(")");
    let refusals = 2;
    const twice = await runs.trialAt(
      around({
        imports: (finding) => (archives(finding) && refusals-- > 0 ? failure("InternalFailure", finding) : finding),
      }),
    );
    expect(twice.trial).to.not.have.property("leftBehind");
    expectArchived(twice.account);
    const never = await runs.trialAt(
      around({ imports: (finding) => (archives(finding) ? failure("InternalFailure", finding) : finding) }),
    );
    const [trouble, advice, ...rest] = never.trial === undefined ? [] : trialLines(never.trial);
    expect(trouble).to.match(
      /^the test finding patch-.* may still be ACTIVE: the import that .* failed: InternalFailure$/,
    );
    expect([advice, rest]).to.deep.equal([
      "Security Hub deletes it after 90 days. To hide it before that, set its workflow status to SUPPRESSED.",
      [],
    ]);
  });

  it("writes nothing if imports are denied or refused, and has nothing to archive", async () => {
    const denied = await runs.trialAt({ ...COMPLETE, denied: ["securityhub:BatchImportFindings"] });
    expect(lineOf(denied.lines, "import-shown")).to.include({
      verdict: "not allowed",
      seen: "missing: securityhub:BatchImportFindings",
    });
    expect(denied.trial).to.not.have.property("leftBehind");
    expect(testFinding(denied.account)).to.equal(undefined);
    const refused = await runs.trialAt(around({ imports: (finding) => failure("InvalidInput", finding) }));
    expect(lineOf(refused.lines, "import-shown")).to.include({
      verdict: "not checked",
      seen: "Security Hub did not accept the first import: InvalidInput",
    });
    expect(refused.trial).to.not.have.property("leftBehind");
  });

  it("says that the hub is off", async () => {
    const { lines, trial } = await runs.trialAt({ ...COMPLETE, hub: { enabled: false } });
    expect(lineOf(lines, "import-shown")).to.include({ verdict: "not seen" });
    expect(trial).to.equal(undefined);
  });

  it("throws if the credentials expire in the trial", async () => {
    const options = around({
      imports: () => {
        throw new ServiceError("ExpiredTokenException", "expired", 403);
      },
    });
    const error: unknown = await runs.trialAt(options).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "ExpiredTokenException");
  });
});
