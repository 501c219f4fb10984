import { expect } from "chai";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import type { StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { minutes, READ_AT, reference } from "../fixtures/node-fixtures.ts";
import { execution, findingOf } from "../fixtures/node-pipeline.ts";
import { associationItem, state, type World } from "../doubles/patch-data.ts";

const associationRun = { document: "AWS-RunPatchBaselineAssociation", operationId: "a" } as const;
const summary = (missing: string, endedAt: string) => ({
  MissingCount: missing,
  InstalledCount: "9",
  OperationType: "Scan",
  OperationEndTime: endedAt,
});
/** The node was scanned by Run Command before, and by an association since. */
const states = [state()];
const noncompliant: World = { states, items: [associationItem("a", summary("2", minutes(-30)))] };
const fixed: World = {
  states,
  items: [associationItem("a", summary("0", minutes(-5)), { Status: "COMPLIANT" })],
};

async function opened(): Promise<StoredFinding> {
  return findingOf(await execution(noncompliant, [reference({ associationRun })]));
}

/** The result of a sweep for the node. */
async function swept(given: World, parts: Partial<NodeReference>) {
  const { changes, calls } = await execution(given, [reference({ sweep: READ_AT, ...parts })], [await opened()]);
  return { calls: calls.filter((call) => call.startsWith("items")), change: changes[0] };
}

describe("an association whose event was lost", () => {
  it("has become compliant: the sweep closes its finding on the association's proof", async () => {
    const { change } = await swept(fixed, { readAssociations: true });
    expect(change).to.include({ action: "close", reason: `compliant since the operation that ended ${minutes(-5)}` });
    const fields = change?.finding?.["ProductFields"] as Record<string, string>;
    expect(fields["PatchFindings/Source"]).to.equal("Association");
    expect(fields["PatchFindings/Proof"]).to.match(/^Closed by proof: AWS-RunPatchBaselineAssociation \(a\) ended/);
  });

  it("is still noncompliant: the finding stays", async () => {
    const { change } = await swept(noncompliant, { readAssociations: true });
    expect(change).to.include({ action: "unchanged", reason: "noncompliant as before" });
  });

  it("is noncompliant, and another one is compliant: the finding stays", async () => {
    const items = [
      ...(noncompliant.items ?? []),
      associationItem("b", summary("0", minutes(-1)), { Status: "COMPLIANT" }),
    ];
    const { change } = await swept({ states, items }, { readAssociations: true });
    expect(change?.action).to.equal("unchanged");
  });

  it("costs one more call, and none for nodes without such a finding", async () => {
    expect((await swept(fixed, { readAssociations: true })).calls).to.deep.equal([
      "items NON_COMPLIANT",
      "items Association",
    ]);
    expect((await swept(fixed, {})).calls).to.deep.equal(["items NON_COMPLIANT"]);
  });
});
