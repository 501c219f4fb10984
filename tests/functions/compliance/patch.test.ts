import { expect } from "chai";
import { noncompliantPatch, type PatchRow, type PatchState } from "../../../functions/compliance/patch.ts";
import { patch, row, show, without } from "../../fixtures/node-fixtures.ts";

/** Reads a row as inventory has it: without a status. */
function withoutStatus(parts: Partial<PatchRow>) {
  return noncompliantPatch(without(row(parts), "status"))?.state;
}

describe("noncompliantPatch: states", () => {
  const states: [spellings: string[], byItem: PatchState | undefined, byState: PatchState | undefined][] = [
    [["Missing", "MISSING"], "missing", "missing"],
    [["Failed", "FAILED"], "failed", "failed"],
    [["InstalledPendingReboot", "INSTALLED_PENDING_REBOOT"], "pendingReboot", "pendingReboot"],
    [["InstalledRejected", "INSTALLED_REJECTED"], "rejected", "rejected"],
    [["AvailableSecurityUpdate", "AVAILABLE_SECURITY_UPDATE"], "availableSecurityUpdate", undefined],
    [["AvailableSecurityUpdates", "AVAILABLE_SECURITY_UPDATES"], "availableSecurityUpdate", undefined],
    [["Installed", "INSTALLED", "InstalledOther", "INSTALLED_OTHER"], undefined, undefined],
    [["NotApplicable", "NOT_APPLICABLE"], undefined, undefined],
    [["Quarantined", "", "constructor", "__proto__", "hasOwnProperty"], "unknown", undefined],
  ];
  for (const [spellings, byItem, byState] of states) {
    for (const state of spellings) {
      it(`${state || "(none)"}: ${byItem ?? "compliant"} as an item, ${byState ?? "compliant"} in inventory`, () => {
        expect(noncompliantPatch(row({ state }))?.state).to.equal(byItem);
        expect(withoutStatus({ state })).to.equal(byState);
        expect(noncompliantPatch(row({ state, status: "COMPLIANT" }))).to.equal(undefined);
        expect(noncompliantPatch(row({ state, status: "" }))).to.equal(undefined);
      });
    }
  }

  it("reads a state that is not text as unknown", () => {
    expect(patch({ state: undefined }).state).to.equal("unknown");
    expect(patch({ state: ["Missing"] }).state).to.equal("unknown");
  });
});

describe("noncompliantPatch: fields of a row", () => {
  const levels: [word: unknown, level: string][] = [
    ["CRITICAL", "CRITICAL"],
    ["high", "HIGH"],
    ["Medium", "MEDIUM"],
    ["LOW", "LOW"],
    ["INFORMATIONAL", "INFORMATIONAL"],
    ["UNSPECIFIED", "UNSPECIFIED"],
    ["Important", "UNSPECIFIED"],
    ["", "UNSPECIFIED"],
    [undefined, "UNSPECIFIED"],
    [5, "UNSPECIFIED"],
  ];
  for (const [word, level] of levels) {
    it(`compliance level ${show(word)} is ${level}`, () => {
      expect(patch({ level: word }).level).to.equal(level);
    });
  }

  it("keeps compliance level and vendor severity apart", () => {
    expect(patch({ level: "LOW", vendor: "Critical" })).to.include({ level: "LOW", vendor: "Critical" });
  });

  const cves: [text: unknown, ids: string[]][] = [
    ["CVE-2024-21307,CVE-2024-21309", ["CVE-2024-21309", "CVE-2024-21307"]],
    [" cve-2024-21307 , CVE-2024-21307,, ", ["CVE-2024-21307"]],
    ["CVE-2024-123, CVE-24-12345, RHSA-2024:1, CVE-2024-1234x", []],
    [`CVE-2024-${"1".repeat(19)},CVE-2024-${"1".repeat(20)}`, [`CVE-2024-${"1".repeat(19)}`]],
    ["", []],
    [undefined, []],
    [["CVE-2024-21307"], []],
  ];
  for (const [text, ids] of cves) {
    it(`CVEs of ${show(text)}: ${ids.length}`, () => {
      expect(patch({ cves: text }).cves).to.deep.equal(ids);
    });
  }

  const names: [parts: Partial<PatchRow>, id: string, title: string | undefined][] = [
    [{ id: "kernel.x86_64", title: "kernel" }, "kernel.x86_64", "kernel"],
    [{ id: "", title: "kernel" }, "kernel", "kernel"],
    [{ id: "KB1", title: "  " }, "KB1", undefined],
    [{ id: undefined, title: undefined }, "(unnamed patch)", undefined],
    [{ id: "a\u202eb\nc", title: "x\u0000y" }, "a b c", "x y"],
    [{ id: "\ud800", title: "t" }, "\ufffd", "t"],
  ];
  for (const [parts, id, title] of names) {
    it(`is named ${JSON.stringify(id)} from ${JSON.stringify(parts)}`, () => {
      const found = patch(parts);
      expect([found.id, found.title]).to.deep.equal([id, title]);
    });
  }

  it("leaves out blank fields", () => {
    expect(patch({ vendor: " ", classification: "" })).to.not.have.any.keys("vendor", "classification");
  });
});
