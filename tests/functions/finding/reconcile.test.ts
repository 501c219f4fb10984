import { expect } from "chai";
import type { BlindSpot } from "../../../functions/compliance/blind-spot.ts";
import type { RatedJudgement } from "../../../functions/compliance/node-severity.ts";
import { reconcile, type Change } from "../../fixtures/reconcile.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { days, minutes, NODE, rated, READ_AT, SCOPE, source } from "../../fixtures/node-fixtures.ts";

type Kind = "compliance" | "blindSpot";
const ID = `patch-manager-findings/us-east-2/111122223333/${NODE}`;
const spot: BlindSpot = { kind: "failedRun", reason: "AWS-RunPatchBaseline ended as Failed and left no result" };
const silent: BlindSpot = { kind: "silent", reason: "the last patch operation ended on 2026-01-01" };

/** The last import of each finding, with what Security Hub adds. */
function importing(before: readonly StoredFinding[], changes: readonly Change[]): StoredFinding[] {
  const imported = changes.flatMap(({ finding }) => finding ?? []);
  const kept = before.filter(({ Id }) => !imported.some((finding) => finding.Id === Id));
  return [...kept, ...imported];
}
const change = (changes: readonly Change[], kind: Kind) =>
  changes.find((one) => (one.kind ?? "compliance") === kind)?.action;

const noncompliant = rated();
const laterNoncompliant = rated(undefined, "noncompliant", { endedAt: minutes(-1) });
const compliantLater = rated([source()], "compliant", { endedAt: minutes(-5) });
const compliantSame = rated([source()], "compliant");
const unknown: RatedJudgement = {
  ...rated([], "unknown"),
  evidence: { nodeId: NODE, readAt: READ_AT, sources: [], notes: "x" },
};
const withSpot = (judged: RatedJudgement, blindSpot = spot): RatedJudgement => ({ ...judged, blindSpot });
const terminated: RatedJudgement = { ...unknown, removed: "terminated" };
const absent = (sweep: string): RatedJudgement => ({ ...unknown, removed: "absent", sweep });
const listed = (judged: RatedJudgement): RatedJudgement => ({ ...judged, listed: true });

interface Step {
  readonly now: RatedJudgement;
  readonly compliance?: Change["action"];
  readonly blindSpot?: Change["action"];
}

/** Each life: judgements in order, and what is done to the finding about compliance and to the blind spot. */
const lives: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  {
    name: "opened, closed on proof, reopened",
    steps: [
      { now: noncompliant, compliance: "open" },
      { now: noncompliant, compliance: "unchanged" },
      { now: compliantSame, compliance: "unchanged" },
      { now: compliantLater, compliance: "close" },
      { now: compliantLater, compliance: "unchanged" },
      { now: laterNoncompliant, compliance: "reopen" },
    ],
  },
  {
    name: "a failed run beside an older problem, until a later run",
    steps: [
      { now: withSpot(noncompliant), compliance: "open", blindSpot: "open" },
      { now: withSpot(noncompliant), compliance: "unchanged", blindSpot: "unchanged" },
      { now: noncompliant, compliance: "unchanged", blindSpot: "unchanged" },
      { now: compliantLater, compliance: "close", blindSpot: "close" },
      { now: compliantLater, compliance: "unchanged" },
      { now: withSpot(compliantLater), compliance: "unchanged", blindSpot: "reopen" },
    ],
  },
  {
    name: "never a word, then any result",
    steps: [
      { now: withSpot(unknown), compliance: "unchanged", blindSpot: "open" },
      { now: unknown, compliance: "unchanged", blindSpot: "unchanged" },
      { now: noncompliant, compliance: "open", blindSpot: "close" },
    ],
  },
  {
    name: "a blind spot is updated only if it says more",
    steps: [
      { now: withSpot(unknown, silent), compliance: "unchanged", blindSpot: "open" },
      { now: withSpot(unknown), compliance: "unchanged", blindSpot: "update" },
      { now: withSpot(unknown, silent), compliance: "unchanged", blindSpot: "unchanged" },
    ],
  },
  {
    name: "terminated: both are closed at once, and stay closed until EC2 says that the instance exists",
    steps: [
      { now: withSpot(noncompliant), compliance: "open", blindSpot: "open" },
      { now: terminated, compliance: "close", blindSpot: "close" },
      { now: terminated, compliance: "unchanged" },
      { now: noncompliant, compliance: "unchanged", blindSpot: "unchanged" },
      { now: laterNoncompliant, compliance: "unchanged", blindSpot: "unchanged" },
      { now: listed(laterNoncompliant), compliance: "unchanged", blindSpot: "unchanged" },
      { now: { ...laterNoncompliant, exists: true }, compliance: "reopen" },
    ],
  },
  { name: "terminated without a finding", steps: [{ now: terminated, compliance: "unchanged" }] },
  {
    name: "absent twice in a row",
    steps: [
      { now: noncompliant, compliance: "open" },
      { now: absent(minutes(-30)), compliance: "update" },
      { now: absent(minutes(-30)), compliance: "unchanged" },
      { now: absent(minutes(-40)), compliance: "unchanged" },
      { now: absent(minutes(-20)), compliance: "close" },
      { now: noncompliant, compliance: "unchanged" },
      { now: listed(noncompliant), compliance: "reopen" },
    ],
  },
  {
    name: "absent twice in a row, then a later operation",
    steps: [
      { now: noncompliant, compliance: "open" },
      { now: absent(minutes(-30)), compliance: "update" },
      { now: unknown, compliance: "unchanged" },
      { now: absent(minutes(-20)), compliance: "close" },
      { now: laterNoncompliant, compliance: "reopen" },
    ],
  },
  {
    name: "absent, there again, absent",
    steps: [
      { now: withSpot(noncompliant), compliance: "open", blindSpot: "open" },
      { now: absent(minutes(-30)), compliance: "update", blindSpot: "update" },
      { now: listed(unknown), compliance: "update", blindSpot: "update" },
      { now: absent(minutes(-20)), compliance: "update", blindSpot: "update" },
    ],
  },
];

describe("the life of a node's findings", () => {
  for (const { name, steps } of lives) {
    it(name, () => {
      let stored: StoredFinding[] = [];
      for (const [index, { now, compliance, blindSpot }] of steps.entries()) {
        const changes = reconcile(now, stored, SCOPE);
        expect([change(changes, "compliance"), change(changes, "blindSpot")], `step ${index + 1}`).to.deep.equal([
          compliance,
          blindSpot,
        ]);
        stored = importing(stored, changes);
      }
    });
  }

  it("keeps Id and CreatedAt, and says why a node was removed", () => {
    const opened = importing([], reconcile(noncompliant, [], SCOPE));
    const closed = importing(opened, reconcile(terminated, opened, SCOPE));
    expect(closed).to.have.length(1);
    expect(closed[0]).to.deep.include({ Id: ID, CreatedAt: opened[0]?.CreatedAt, RecordState: "ARCHIVED" });
    expect(closed[0]?.Compliance).to.have.property("Status", "PASSED");
    expect(closed[0]?.ProductFields).to.include({ "PatchFindings/Gone": "terminated" });
    expect(closed[0]).to.have.property("Description").that.includes("closed without proof of compliance");
  });

  it("proves a close with run, time and counts before and after", () => {
    const opened = importing([], reconcile(noncompliant, [], SCOPE));
    const [closed] = importing(opened, reconcile(compliantLater, opened, SCOPE));
    expect(closed?.ProductFields?.["PatchFindings/Proof"]).to.match(
      /^Closed by proof: .* ended 2026-11-20T11:55:00\.000Z and found the node compliant\. Before: Missing 1, .*After: Missing 0/,
    );
  });

  it("resends a finding without the fields of its users and of Security Hub", () => {
    const opened = importing([], reconcile(noncompliant, [], SCOPE)).map((finding): StoredFinding => ({
      ...finding,
      Note: { Text: "mine", UpdatedBy: "me", UpdatedAt: days(-1) },
      UserDefinedFields: { a: "b" },
      Workflow: { Status: "NOTIFIED" },
      Severity: { Label: "LOW" },
      ProductFields: { ...finding.ProductFields, "aws/securityhub/x": "y" },
    }));
    const [change] = reconcile(terminated, opened, SCOPE);
    expect(change?.finding).to.not.have.any.keys("Note", "UserDefinedFields", "Workflow", "Severity");
    expect(JSON.stringify(change?.finding)).to.not.include("aws/securityhub");
  });

  for (const [name, parts] of [
    ["generator", { GeneratorId: "someone" }],
    ["account", { AwsAccountId: "999999999999" }],
    ["Region", { Region: "eu-west-1" }],
  ] as const) {
    it(`never writes a finding with an Id of ours and another ${name}`, () => {
      const foreign = importing([], reconcile(noncompliant, [], SCOPE)).map((finding) => ({ ...finding, ...parts }));
      for (const now of [compliantLater, terminated, noncompliant]) {
        const [one, ...others] = reconcile(now, foreign, SCOPE);
        expect(one).to.include({ action: "unchanged" });
        expect(one?.reason).to.include("does not belong to this stack");
        expect(others).to.deep.equal([]);
      }
    });
  }
});
