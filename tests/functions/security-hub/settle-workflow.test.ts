import { expect } from "chai";
import { countingIn } from "../../doubles/counters.ts";
import { settleWorkflow } from "../../../functions/security-hub/settle-workflow.ts";
import type { WorkflowUpdate } from "../../../functions/security-hub/workflow-update.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";

const passed = (Id: string): StoredFinding => ({
  Id,
  RecordState: "ARCHIVED",
  Compliance: { Status: "PASSED" },
  Workflow: { Status: "NEW" },
  ProductFields: { "PatchFindings/Proof": "p" },
});

const NEW = { id: "new", isShown: ({ RecordState }: StoredFinding) => RecordState === "ARCHIVED", reason: "r" };

/** @param codes error codes of the answers in turn, for the first finding of each call @param shownAt the read that shows it */
async function settle(codes: readonly (string | undefined)[], shownAt = 1) {
  const calls: WorkflowUpdate[][] = [];
  const pauses: number[] = [];
  const counted: string[] = [];
  let attempts = 0;
  const outcome: unknown = await settleWorkflow("arn", [passed("old")], [NEW], {
    hub: {
      findings: (_, ids) => {
        attempts += 1;
        return Promise.resolve((attempts >= shownAt ? ids.map(passed) : []) as never[]);
      },
      updateWorkflow: (updates) => {
        calls.push([...updates]);
        const code = codes[calls.length - 1];
        return Promise.resolve(code === undefined ? [] : [{ id: updates[0]?.id ?? "", code, message: `${code}!` }]);
      },
    },
    logger: { warn: () => undefined },
    counter: countingIn(counted),
    maySuppress: false,
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  }).catch((error: unknown) => error);
  return { outcome, calls, pauses, counted, ids: calls.map((call) => call.map(({ id }) => id)) };
}

describe("settleWorkflow", () => {
  it("resolves closed findings as Security Hub shows them, and those that an earlier run left", async () => {
    const { calls, pauses } = await settle([]);
    const note = { text: "p", updatedBy: "patch-manager-findings" };
    expect(calls).to.deep.equal([
      [
        { id: "old", productArn: "arn", status: "RESOLVED", note },
        { id: "new", productArn: "arn", status: "RESOLVED", note },
      ],
    ]);
    expect(pauses).to.deep.equal([]);
  });

  it("waits until an import shows", async () => {
    const { ids, pauses } = await settle([], 3);
    expect([ids, pauses]).to.deep.equal([[["old", "new"]], [2000, 2000]]);
  });

  it("leaves findings that are not shown in time to the next sweep", async () => {
    expect((await settle([], 4)).ids).to.deep.equal([["old"]]);
  });

  it("sends updates with an internal error once more", async () => {
    const { ids, outcome } = await settle(["ConcurrentUpdateError"]);
    expect([ids, outcome]).to.deep.equal([[["old", "new"], ["old"]], []]);
  });

  it("counts updates that fail twice, and leaves them to the next execution if others were set", async () => {
    const { outcome, counted } = await settle(["ConcurrentUpdateError", "InternalFailure"]);
    expect([outcome, counted]).to.deep.equal([[], ["WorkflowRefused"]]);
  });

  it("returns the updates if all fail twice", async () => {
    const { outcome, counted } = await settle(["ConcurrentUpdateError", "InternalFailure"], 4);
    const stuck = { id: "old", code: "InternalFailure", message: "InternalFailure!" };
    expect([outcome, counted]).to.deep.equal([[stuck], []]);
  });

  it("leaves out a refused note", async () => {
    const { calls, counted } = await settle(["InvalidInput"]);
    expect(calls[1]).to.deep.equal([{ id: "old", productArn: "arn", status: "RESOLVED" }]);
    expect(counted).to.deep.equal([]);
  });

  it("counts updates that stay refused, and does not fail", async () => {
    const { outcome, counted } = await settle(["InvalidInput", "InvalidInput"]);
    expect([outcome, counted]).to.deep.equal([[], ["WorkflowRefused"]]);
  });

  it("does nothing for a finding that no longer exists", async () => {
    const { outcome, ids, counted } = await settle(["FindingNotFound"]);
    expect([outcome, ids.length, counted]).to.deep.equal([[], 1, []]);
  });
});
