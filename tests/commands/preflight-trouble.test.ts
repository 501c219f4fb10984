import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { COMPLETE, EVERYTHING, lineOf, PreflightRuns, RESULTS, resultsOf } from "../fixtures/preflight-fixture.ts";

describe("preflight in trouble", () => {
  const runs = new PreflightRuns();
  afterEach(() => runs.end());

  it("needs the permissions that docs/deploy.md lists, all of them and no other", async () => {
    const policy = await documentedPolicy();
    const { account, lines } = await runs.linesOf({ ...COMPLETE, policy });
    expect(resultsOf(lines)).to.deep.equal(RESULTS);
    const used = Object.keys(account.admission.apiCalls).filter((action) => action !== "sts:GetCallerIdentity");
    expect(used).to.deep.equal(policy.Statement[0].Action);
  });

  it("names each permission that is missing, and goes on with the others", async () => {
    for (const action of (await documentedPolicy()).Statement[0].Action) {
      const { lines } = await runs.linesOf({ ...COMPLETE, denied: [action] });
      const failed = lines.filter(({ result }) => result === "unchecked");
      expect(failed, action).to.not.be.empty;
      for (const { check, advice } of failed) expect(advice, check).to.equal(`Allow ${action}.`);
      const others = lines.filter(({ result }) => result !== "unchecked");
      for (const { check, result } of others) expect(result, `${action}: ${check}`).to.equal(RESULTS[check]);
      expect(others.length, action).to.be.greaterThan(10);
    }
  });

  it("waits for throttling to end", async () => {
    const throttled = (service: string, code: string, status: number) => ({
      service,
      count: 1,
      kind: "error",
      code,
      status,
    });
    const faults = [
      throttled("ssm", "ThrottlingException", 400),
      throttled("securityhub", "TooManyRequestsException", 429),
    ];
    const { lines } = await runs.linesOf({ ...COMPLETE, faults }, EVERYTHING, { maxAttempts: 3 });
    expect(resultsOf(lines)).to.deep.equal(RESULTS);
  });

  it("gives up after repeated throttling", async () => {
    const throttle = { kind: "error", code: "ThrottlingException", status: 400, count: 1_000 };
    const faults = [{ ...throttle, service: "ssm", operation: "ListResourceComplianceSummaries" }];
    const { lines } = await runs.linesOf({ ...COMPLETE, faults });
    expect(lineOf(lines, "patched by")?.found).to.match(/^throttled in every attempt: ThrottlingException/);
    expect(resultsOf(lines)).to.deep.equal({ ...RESULTS, "patched by": "unchecked" });
  });

  it("goes on when a service does not answer", async () => {
    const faults = [
      { service: "securityhub", kind: "reset", count: 1_000 },
      { service: "kms", kind: "reset", count: 1 },
    ];
    const { lines } = await runs.linesOf({ ...COMPLETE, faults });
    const cut = [
      "Security Hub",
      "native import",
      "aggregation",
      "control SSM.2",
      "open findings",
      "insights",
      "KMS key",
    ];
    expect(resultsOf(lines)).to.deep.equal({
      ...RESULTS,
      ...Object.fromEntries(cut.map((check) => [check, "unchecked"])),
    });
    expect(lineOf(lines, "Security Hub")?.found).to.match(/^no answer: /);
  });

  it("skips everything if AWS rejects the credentials, and says why", async () => {
    const expired = { service: "sts", kind: "error", count: 1, code: "ExpiredToken", status: 403 };
    const { account, lines } = await runs.linesOf({ ...COMPLETE, faults: [expired] });
    expect(lineOf(lines, "credentials")).to.include({ result: "problem" });
    expect(lines.filter(({ result }) => result === "unchecked")).to.have.length(Object.keys(RESULTS).length - 2);
    expect(account.admission.apiCalls).to.deep.equal({ "sts:GetCallerIdentity": 1 });
    const unknown = { credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "x" } };
    const foreign = await runs.linesOf(COMPLETE, EVERYTHING, unknown);
    expect(lineOf(foreign.lines, "credentials")?.found).to.match(/^InvalidClientTokenId/);
  });

  it("continues without the account id if only that cannot be read", async () => {
    const { lines } = await runs.linesOf({ ...COMPLETE, faults: [{ service: "sts", kind: "reset", count: 1 }] });
    expect(resultsOf(lines)).to.deep.equal({
      ...RESULTS,
      credentials: "unchecked",
      "permissions boundary": "unchecked",
    });
  });
});

async function documentedPolicy(): Promise<{ Statement: [{ Action: string[] }] }> {
  const text = await readFile("docs/deploy.md", "utf8");
  const [, section = ""] = text.split("\n## Preflight\n");
  const [, policy = ""] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
  return JSON.parse(policy) as { Statement: [{ Action: string[] }] };
}
