import { expect } from "chai";
import { reconcile } from "../../../functions/finding/reconcile.ts";
import type { RatedJudgement } from "../../../functions/compliance/node-severity.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { destinationOn } from "../../doubles/partial-hub.ts";
import { minutes, nodeId, rated, SCOPE, source } from "../../fixtures/node-fixtures.ts";
import { reconcile as changesOf } from "../../fixtures/reconcile.ts";

const NODE = nodeId(1);
const noncompliant = (endedAt = minutes(-60)) => rated(undefined, "noncompliant", { nodeId: NODE, endedAt });
const compliant = rated([source()], "compliant", { nodeId: NODE, endedAt: minutes(-30) });
const imported = (judged: RatedJudgement, stored: StoredFinding[] = []) =>
  changesOf(judged, stored, SCOPE).flatMap(({ finding }) => finding ?? []);
const [opened] = imported(noncompliant());
const [closed] = imported(compliant, opened && [opened]);

/** Settles without a write, as if it had failed for these ids. Returns the ids that were read again, and those set. */
async function settle(judged: RatedJudgement, stored: StoredFinding | undefined, failed: (id: string) => boolean) {
  const read: string[] = [];
  const set: string[] = [];
  const destination = destinationOn({
    findings: (_, ids) => {
      read.push(...ids);
      return Promise.resolve(stored === undefined ? [] : [stored as never]);
    },
    updateWorkflow: (updates) => {
      set.push(...updates.map(({ id, status }) => `${status} ${id}`));
      return Promise.resolve([]);
    },
  });
  const records = await destination.recall([NODE]);
  read.length = 0;
  const plans = reconcile(judged, records);
  const ids = plans.map(({ id }) => id);
  await records.settle(plans, new Set(ids.filter(failed)));
  return { actions: plans.map(({ intent }) => intent.action), read: new Set(read), set };
}

describe("the workflow status after a write", () => {
  const id = opened?.Id ?? "";

  it("of a closed finding is set after Security Hub shows it closed", async () => {
    const { actions, read, set } = await settle(compliant, opened, () => false);
    expect([actions, [...read], set]).to.deep.equal([["close"], [id], []]);
  });

  it("of a finding whose import failed is not changed", async () => {
    const { actions, read, set } = await settle(compliant, opened, () => true);
    expect([actions, [...read], set]).to.deep.equal([["close"], [], []]);
  });

  it("of a reopened finding is left to Security Hub, which resets it", async () => {
    const { actions, set } = await settle(noncompliant(minutes(-10)), closed, () => false);
    expect([actions, set]).to.deep.equal([["reopen"], []]);
  });

  it("of a finding that an earlier attempt closed is set", async () => {
    const { actions, set } = await settle(compliant, closed, () => false);
    expect([actions, set]).to.deep.equal([["unchanged"], [`RESOLVED ${id}`]]);
  });
});
