import { expect } from "chai";
import { exceptionKey } from "../../../contract/exception-key.ts";
import { DEFAULT_POLICIES, type Policies } from "../../../contract/policies.ts";
import { policiesHash } from "../../../functions/compliance/severity.ts";
import { decide } from "../../../functions/finding/decide.ts";
import type { Remembered } from "../../../functions/finding/remembered.ts";
import { chooseSeverity } from "../../../functions/compliance/node-severity.ts";
import { encode } from "../../../functions/security-hub/asff/asff.ts";
import { days, minutes, noncompliantSource, patch, rated, SCOPE, source } from "../../fixtures/node-fixtures.ts";
import { complianceChange } from "../../fixtures/node-pipeline.ts";

const stored: Remembered = {
  ...{ closed: false, severity: "HIGH", operationEnd: minutes(-60), updatedAt: days(-1) },
  ...{ dueDate: days(-1), dueReason: "HIGH within 30 days", due: "soon", levelsSince: { HIGH: days(-31) } },
};
const raising = { ...DEFAULT_POLICIES, overdueRaisesSeverity: true };

describe("a finding whose node is not judged again", () => {
  const judgements = {
    "of unknown patch status": rated([], "unknown"),
    "without proof": rated([source()], "unproven"),
    "with older data": rated(undefined, "noncompliant", { endedAt: days(-3) }),
  };
  for (const [name, judged] of Object.entries(judgements)) {
    it(`becomes overdue: a node ${name}`, () => {
      expect(decide("compliance", judged, stored, "h")).to.include({ action: "update", change: "overdue" });
      expect(decide("compliance", judged, { ...stored, due: "overdue" }, "h")?.action).to.equal("unchanged");
      expect(decide("compliance", judged, { ...stored, dueDate: days(90), due: "later" }, "h")?.action).to.equal(
        "unchanged",
      );
      expect(decide("compliance", judged, { ...stored, closed: true }, "h")?.action).to.equal("unchanged");
    });
  }

  it("keeps all else as it is stored, and is raised if the policies say so", () => {
    const opened = complianceChange(rated([noncompliantSource([patch({ level: "HIGH" })])])).finding;
    if (opened === undefined) throw new Error("nothing was opened");
    const intent = decide("compliance", rated([], "unknown"), stored, "h", raising);
    if (intent === undefined) throw new Error("nothing was decided");
    const sent = encode(intent, rated([], "unknown"), opened, SCOPE);
    expect(sent?.FindingProviderFields?.Severity).to.deep.include({ Label: "CRITICAL", Original: "HIGH" });
    expect(sent?.PatchSummary).to.deep.equal(opened.PatchSummary);
    expect(sent?.ProductFields).to.include({
      "PatchFindings/Due": "overdue",
      "PatchFindings/OverdueSince": days(-1),
      "PatchFindings/RatedSeverity": "HIGH",
      "PatchFindings/LevelsSince": `HIGH ${days(-31)}`,
      "PatchFindings/ContentHash": opened.ProductFields?.["PatchFindings/ContentHash"],
    });
  });
});

describe("an acceptance whose node is not judged again", () => {
  const exception = { patches: { ids: ["KB1"] }, owner: "jane", reason: "r", until: days(5) };
  const policies = { ...DEFAULT_POLICIES, exceptions: [exception] };
  const accepted: Remembered = {
    ...{ closed: false, severity: "INFORMATIONAL", operationEnd: minutes(-60), updatedAt: days(-1), accepted: "all" },
    ...{ acceptedUntil: days(5), acceptedBy: [exceptionKey(exception)], levelsSince: { CRITICAL: days(-20) } },
  };
  const judged = rated([], "unknown");

  it("lasts while the exception does", () => {
    expect(decide("compliance", judged, accepted, "h", policies)?.action).to.equal("unchanged");
  });

  const ends: [name: string, stored: Remembered, now: Policies][] = [
    ["the exception ended", { ...accepted, acceptedUntil: days(-1) }, policies],
    ["the exception was removed", accepted, DEFAULT_POLICIES],
    ["the exception was changed", accepted, { ...policies, exceptions: [{ ...exception, owner: "ann" }] }],
  ];
  for (const [name, stored, now] of ends) {
    it(`ends: ${name}`, () => {
      const intent = decide("compliance", judged, stored, "h", now);
      expect(intent).to.include({ action: "update", change: "expired" });
      const opened = complianceChange(rated()).finding;
      if (intent === undefined || opened === undefined) throw new Error("nothing was decided");
      const ProductFields = { ...opened.ProductFields, "PatchFindings/Accepted": "all" };
      const sent = encode(intent, judged, { ...opened, ProductFields }, SCOPE);
      expect(sent?.FindingProviderFields?.Severity?.Label).to.equal("CRITICAL");
      expect(sent?.ProductFields).to.include({ "PatchFindings/Due": "overdue", "PatchFindings/DueDate": days(-6) });
      expect(sent?.ProductFields).to.not.have.property("PatchFindings/Accepted");
    });
  }
});

describe("other policies for a node that is not judged again", () => {
  it("change its due date once", () => {
    const policies = { ...DEFAULT_POLICIES, patchWithinDays: { HIGH: 60 } };
    const old = { ...stored, rules: "old" };
    expect(decide("compliance", rated([], "unknown"), old, "h", policies)).to.deep.include({
      action: "update",
      change: "refreshed",
      reason: `due ${days(29)}: HIGH patches must be installed within 60 days; the node has lacked one since ${days(-31)}`,
    });
    const now = { ...old, rules: policiesHash(policies), due: "later", dueDate: days(29) } as const;
    expect(decide("compliance", rated([], "unknown"), now, "h", policies)?.action).to.equal("unchanged");
  });
});

describe("the severities that a node lacks", () => {
  it("are never worse than the severity that Systems Manager reports for the node, which the finding shows", () => {
    const patches = [patch({ vendor: "Critical" }), patch({ id: "KB2", level: "LOW" })];
    const inventory = noncompliantSource(patches, { kind: "Inventory", nonCompliantSeverity: "MEDIUM" });
    const { evidence } = rated([inventory]);
    expect(chooseSeverity(evidence, DEFAULT_POLICIES)).to.deep.include({ label: "MEDIUM", lacks: ["MEDIUM", "LOW"] });
  });
});
