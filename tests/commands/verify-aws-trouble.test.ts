import { expect } from "chai";
import { READ_ACTIONS, WRITE_ACTIONS } from "../../commands/verify-aws/permissions.ts";
import { redact } from "../../commands/verify-aws/redact.ts";
import { factTable, issueText, summary } from "../../commands/verify-aws/report.ts";
import { isTrouble } from "../../commands/verify-aws/run.ts";
import {
  ACCOUNT,
  answering,
  COMPLETE,
  FLEET,
  lineOf,
  REGION,
  verdictsOf,
  VerifyRuns,
} from "../fixtures/verify-aws-fixture.ts";

const HEAD = { region: REGION, version: "1.2.3", wrote: false };
const policyOf = (actions: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});

describe("verify-aws in trouble", () => {
  const runs = new VerifyRuns();
  afterEach(() => runs.end());

  it("needs exactly the permissions of docs/assumptions.md", async () => {
    const read = await runs.linesOf({ ...COMPLETE, policy: policyOf(READ_ACTIONS) });
    expect(read.lines.filter(isTrouble)).to.deep.equal([]);
    expect(Object.keys(read.account.admission.apiCalls)).to.deep.equal([...READ_ACTIONS]);
    const all = [...READ_ACTIONS, ...WRITE_ACTIONS].toSorted();
    const write = await runs.trialAt({ ...COMPLETE, policy: policyOf(all) });
    expect(write.lines.filter(isTrouble)).to.deep.equal([]);
    expect(Object.keys(write.account.admission.apiCalls)).to.deep.equal(all);
    expect([read, write].flatMap(({ account }) => account.admission.denied)).to.deep.equal([]);
  });

  it("names each permission that is missing, and goes on with the other facts", async () => {
    for (const action of READ_ACTIONS) {
      const { lines } = await runs.linesOf({ ...COMPLETE, denied: [action] });
      const denied = lines.filter(({ verdict }) => verdict === "not allowed");
      expect(denied, action).to.not.be.empty;
      for (const { seen } of denied) expect(seen).to.equal(`missing: ${action}`);
      for (const { verdict, seen } of lines.filter((line) => !denied.includes(line))) {
        expect(["as assumed", "not seen"], seen).to.include(verdict);
      }
      expect(
        lines.filter(({ verdict }) => verdict === "as assumed"),
        action,
      ).to.not.be.empty;
      await runs.end();
    }
  });

  it("waits for throttling to end, and says if it does not", async () => {
    const throttle = { service: "ssm", kind: "error", code: "ThrottlingException", status: 400 };
    const short = await runs.linesOf({ ...COMPLETE, faults: [{ ...throttle, count: 1 }] }, { maxAttempts: 3 });
    expect(short.lines.filter(isTrouble)).to.deep.equal([]);
    const long = { ...throttle, operation: "ListInventoryEntries", count: 1_000 };
    const { lines } = await runs.linesOf({ ...COMPLETE, faults: [long] });
    expect(lines.filter(isTrouble).map(({ fact, verdict, seen }) => [fact.id, verdict, seen])).to.deep.equal([
      ["inventory-patch-summary", "not checked", "ssm:ListInventoryEntries failed: ThrottlingException"],
    ]);
  });

  it("says that Security Hub is off, and checks the rest", async () => {
    const { lines } = await runs.linesOf({ ...COMPLETE, hub: { enabled: false } });
    expect(lineOf(lines, "id-prefix")).to.include({
      verdict: "not seen",
      seen: "Security Hub is off, or refuses the caller",
    });
    expect(lines.filter(isTrouble)).to.deep.equal([]);
    expect(verdictsOf(lines)).to.include({ "summaries-many-ids": "as assumed", "queue-urls": "as assumed" });
  });

  it("ends at once if AWS rejects the credentials", async () => {
    const expired = { service: "ssm", kind: "error", count: 1, code: "ExpiredTokenException", status: 400 };
    const error: unknown = await runs.linesOf({ ...COMPLETE, faults: [expired] }).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "ExpiredTokenException");
  });
});

describe("verify-aws, what it prints", () => {
  const runs = new VerifyRuns();
  afterEach(() => runs.end());
  const HOSTILE = `\u001b[2J | ${ACCOUNT} web-1.corp.example.com`;

  /** Lines with text of the account wherever AWS can put one. */
  const hostile = async () => {
    const nodes = FLEET.nodes.map((node) => ({ ...node, ResourceType: HOSTILE }));
    const summaries = FLEET.complianceSummaries.map((each) => ({
      ...each,
      ExecutionSummary: { ExecutionTime: new Date(), ExecutionType: HOSTILE },
    }));
    const change = (answer: () => Record<string, unknown>) => {
      const found = answer();
      const items = found["ComplianceItems"] as { Details?: object }[];
      const spoiled = { PatchState: HOSTILE, CVEIds: HOSTILE, DetailedText: HOSTILE, DocumentName: HOSTILE };
      return { ...found, ComplianceItems: items.map((item) => ({ ...item, Severity: HOSTILE, Details: spoiled })) };
    };
    const executions = [{ name: HOSTILE, status: HOSTILE, input: HOSTILE, error: HOSTILE }];
    return runs.linesOf({
      ...COMPLETE,
      fleet: { ...FLEET, nodes, complianceSummaries: summaries },
      machines: [
        { arn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:patch-findings-${REGION}-1a2b3c4`, executions },
      ],
      queueUrls: [`https://${HOSTILE}/patch-findings-${REGION}-`],
      denied: ["securityhub:GetFindings"],
      around: { ssm: answering("ListComplianceItems", change) },
    });
  };

  it("has nothing of the account in the text for an issue", async () => {
    const { account, lines } = await hostile();
    const text = issueText(lines, HEAD);
    for (const secret of [ACCOUNT, "\u001b", "corp", "example", "arn:", "Administrator", account.client.endpoint]) {
      expect(text).to.not.include(secret);
    }
    for (const { InstanceId, IPAddress, ComputerName } of FLEET.nodes) {
      for (const secret of [InstanceId, IPAddress, ComputerName]) if (secret) expect(text).to.not.include(secret);
    }
    expect(text).to.include("| id-prefix | not allowed | missing: securityhub:GetFindings |");
    expect(text).to.include("| execution-types | differs (handled) | (other text) 16 |");
    for (const row of text.split("\n").filter((each) => each.startsWith("| ")))
      expect(row.split("|")).to.have.length(5);
  });

  it("has no characters in the table that could move the cursor", async () => {
    const table = factTable((await hostile()).lines);
    expect(table).to.not.include("\u001b");
    expect(table).to.match(/NOT ALLOWED: missing: +│/);
  });

  it("fits the terminal, and has its full width in files", async () => {
    const { lines } = await runs.linesOf();
    const width = (room?: number) =>
      Math.max(
        ...factTable(lines, room)
          .split("\n")
          .map((row) => row.length),
      );
    expect([undefined, 200, 120, 100].map(width)).to.deep.equal([175, 175, 119, 97]);
  });

  it("has a stable format", async () => {
    const { lines } = await runs.linesOf();
    const text = issueText(lines, HEAD).split("\n");
    expect(text.slice(0, 8)).to.deep.equal([
      `verify-aws 1.2.3, ${REGION}, without --write`,
      "",
      "No account ids, ids of resources, names, ARNs and addresses are in this text. Read it before you paste it.",
      "",
      "| fact | verdict | seen |",
      "| --- | --- | --- |",
      "| status-filter-pages | as assumed | 3 matching items in 1 page, none short but the last; 10 sampled |",
      "| type-filter-first-page | as assumed | the first page had a Patch item although the node's first item is of another type |",
    ]);
    expect(text.at(-1)).to.equal(summary(lines));
    expect(summary(lines)).to.match(
      /^\d+ facts, 38 as assumed, 0 different and handled, 0 different and not handled, \d+ not seen, 0 not allowed, 0 not checked$/,
    );
    expect(text).to.have.length(lines.length + 8);
  });

  it("redacts ids, ARNs, addresses and IPs", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["User: arn:aws:sts::111122223333:assumed-role/Admin/ann@example.com is", "User: (ARN) is"],
      ["i-0123456789abcdef0, mi-0123456789abcdef0 and mw-0123456789abcdef0", "(id), (id) and (id)"],
      ["account 111122223333.", "account (account)."],
      ["1234567890123 and 11 of 12", "1234567890123 and 11 of 12"],
      ["10.0.0.1, fe80::1ff:fe23:4567:890a, ip-10-0-0-1.ec2.internal", "(IP), (IP), (host)"],
      ["https://sqs.eu-west-1.amazonaws.com/111122223333/work by ann@example.com", "(address) by (mail)"],
      ["command 51c0891d-0e34-45b1-83d6-95db273d1602 with AKIAIOSFODNN7EXAMPLE", "command (id) with (id)"],
    ];
    for (const [text, redacted] of cases) expect(redact(text)).to.equal(redacted);
  });
});
