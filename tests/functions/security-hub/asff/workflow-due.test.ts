import type { WorkflowStatus } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import type { StoredFinding } from "../../../../functions/security-hub/asff/stored-finding.ts";
import { NOTE_AUTHOR, workflowDue } from "../../../../functions/security-hub/asff/workflow-due.ts";
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
    ["open and NEW", open, undefined],
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
});
