import type { WorkflowStatus } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import type { StoredFinding } from "../../../../functions/security-hub/asff/stored-finding.ts";
import { NOTE_AUTHOR } from "../../../../contract/workflow-notes.ts";
import { workflowDue } from "../../../../functions/security-hub/asff/workflow-due.ts";
import { minutes } from "../../../fixtures/node-fixtures.ts";

const proof = "Closed by proof: x";
const closed: StoredFinding = {
  RecordState: "ARCHIVED",
  Compliance: { Status: "PASSED" },
  Workflow: { Status: "NEW" },
  UpdatedAt: minutes(-10),
  ProductFields: { "PatchFindings/Proof": proof },
};
const open: StoredFinding = { ...closed, RecordState: "ACTIVE", Compliance: { Status: "FAILED" } };
const ours = { Text: "old", UpdatedBy: NOTE_AUTHOR, UpdatedAt: minutes(-5) };
const note = { text: proof, updatedBy: NOTE_AUTHOR };
const status = (Status: WorkflowStatus) => ({ Workflow: { Status } });
const resolved = { ...status("RESOLVED"), Note: ours };
const proved = (text: string) => ({ ProductFields: { "PatchFindings/Proof": text } });

function without<Value extends object>(value: Value, field: keyof Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)) as Value;
}

describe("workflowDue", () => {
  const cases: [name: string, stored: StoredFinding, due: object | undefined][] = [
    ["closed and NEW", closed, { status: "RESOLVED", note }],
    ["closed and NOTIFIED", { ...closed, ...status("NOTIFIED") }, { status: "RESOLVED", note }],
    ["closed, with our note", { ...closed, Note: ours }, { status: "RESOLVED", note }],
    ["closed, with a person's note", { ...closed, Note: { ...ours, UpdatedBy: "ann" } }, { status: "RESOLVED" }],
    ["closed without a proof", { ...closed, ProductFields: {} }, { status: "RESOLVED" }],
    ["closed and RESOLVED", { ...closed, ...status("RESOLVED") }, undefined],
    ["closed and SUPPRESSED", { ...closed, ...status("SUPPRESSED") }, undefined],
    ["passed, not archived", { ...closed, RecordState: "ACTIVE" }, undefined],
    ["archived, not passed", { ...closed, Compliance: { Status: "FAILED" } }, undefined],
    ["closed without any ProductFields", without(closed, "ProductFields"), { status: "RESOLVED" }],
    ["closed, with a blank proof", { ...closed, ...proved(" ") }, { status: "RESOLVED" }],
    ["closed, without a workflow, which is NEW", without(closed, "Workflow"), { status: "RESOLVED", note }],
    ["archived, without Compliance", without(closed, "Compliance"), undefined],
    ["open and NEW", open, undefined],
    ["open and NEW, with our note of later", { ...open, Note: ours }, undefined],
    ["open and NOTIFIED, with our note of later", { ...open, ...status("NOTIFIED"), Note: ours }, undefined],
    ["archived, not passed, resolved by us", { ...open, ...resolved, RecordState: "ARCHIVED" }, undefined],
    ["active and passed, resolved by us", { ...closed, ...resolved, RecordState: "ACTIVE" }, undefined],
    ["active without Compliance, resolved by us", without({ ...open, ...resolved }, "Compliance"), undefined],
    ["open, resolved by a person's note", { ...open, ...resolved, Note: { ...ours, UpdatedBy: "ann" } }, undefined],
    ["open, our note without a time", { ...open, ...resolved, Note: without(ours, "UpdatedAt") }, undefined],
    ["open, our note at the import", { ...open, ...resolved, Note: { ...ours, UpdatedAt: minutes(-10) } }, undefined],
    ["open without a time, resolved by us", without({ ...open, ...resolved }, "UpdatedAt"), undefined],
    ["open, and resolved by us after the import", { ...open, ...status("RESOLVED"), Note: ours }, { status: "NEW" }],
    [
      "a blind spot, and resolved by us after the import",
      { ...open, ...status("RESOLVED"), Note: ours, Compliance: { Status: "WARNING" } },
      { status: "NEW" },
    ],
    [
      "open, and resolved by us before the import",
      { ...open, ...status("RESOLVED"), Note: { ...ours, UpdatedAt: minutes(-20) } },
      undefined,
    ],
    ["open, and resolved by a person", { ...open, ...status("RESOLVED") }, undefined],
    ["open and SUPPRESSED", { ...open, ...status("SUPPRESSED"), Note: ours }, undefined],
  ];
  for (const [name, stored, due] of cases) {
    it(name, () => {
      expect(workflowDue(stored)).to.deep.equal(due);
    });
  }

  const SUPPRESSED = "Suppressed by patch-manager-findings: ";
  const byUs = {
    ...status("SUPPRESSED"),
    Note: { ...ours, Text: `${SUPPRESSED}KB1 accepted until 2026-12-31 by jane: r` },
  };
  const accepted = {
    ...open,
    ProductFields: {
      "PatchFindings/Accepted": "all",
      "PatchFindings/AcceptedPatches": "KB1 accepted until 2026-12-31 by jane: r",
    },
  };
  const suppressing = {
    status: "SUPPRESSED",
    note: { text: `${SUPPRESSED}KB1 accepted until 2026-12-31 by jane: r`, updatedBy: NOTE_AUTHOR },
  };
  const why = "No longer suppressed by patch-manager-findings: not all noncompliant patches are accepted any more.";
  const lifting = { status: "NEW", note: { text: why, updatedBy: NOTE_AUTHOR } };
  const lifted = { ...ours, Text: why };
  const ann = { ...ours, UpdatedBy: "ann" };
  const exceptions: [name: string, stored: StoredFinding, due: object | undefined][] = [
    ["all accepted", accepted, suppressing],
    ["all accepted, and NOTIFIED", { ...accepted, ...status("NOTIFIED") }, suppressing],
    ["all accepted, with an older note of ours", { ...accepted, Note: lifted }, suppressing],
    ["all accepted, with a person's note", { ...accepted, Note: ann }, undefined],
    ["all accepted, and set back by a person", { ...accepted, Note: byUs.Note }, undefined],
    ["all accepted, and RESOLVED by a person", { ...accepted, ...status("RESOLVED") }, undefined],
    ["all accepted, and suppressed by us", { ...accepted, ...byUs }, undefined],
    ["all accepted, and suppressed by a person", { ...accepted, ...status("SUPPRESSED") }, undefined],
    ["some accepted", { ...open, ProductFields: { "PatchFindings/Accepted": "some" } }, undefined],
    ["not accepted any more", { ...open, ...byUs }, lifting],
    [
      "not accepted any more, taken over by a person",
      { ...open, ...byUs, Note: { ...byUs.Note, UpdatedBy: "ann" } },
      undefined,
    ],
    ["suppressed with another note in our name", { ...open, ...byUs, Note: ours }, undefined],
    ["closed while suppressed by us", { ...closed, ...byUs }, { status: "RESOLVED", note }],
    ["resolved by a person after we lifted it", { ...open, ...status("RESOLVED"), Note: lifted }, undefined],
  ];
  for (const [name, stored, due] of exceptions) {
    it(`an exception: ${name}`, () => {
      expect(workflowDue(stored)).to.deep.equal(due);
    });
  }

  it("says why a suppression ends", () => {
    expect(workflowDue({ ...open, ...byUs }, "an exception ended")?.note?.text).to.equal(
      "No longer suppressed by patch-manager-findings: an exception ended.",
    );
  });

  it("cuts a proof to the 512 bytes of a note", () => {
    expect(workflowDue({ ...closed, ...proved("x".repeat(512)) })?.note?.text).to.equal("x".repeat(512));
    const { text } = workflowDue({ ...closed, ...proved("€".repeat(400)) })?.note ?? note;
    expect(Buffer.byteLength(text)).to.be.within(500, 512);
    expect(text).to.match(/^€+/);
  });
});
