import { expect } from "chai";
import { synthesizeFleet } from "../../../local/fleet/synthetic-fleet.ts";

const base = { nodes: 200, seed: 3, now: () => new Date("2026-11-20T12:00:00Z") };

describe("a synthetic fleet with options", () => {
  const noncompliant = ({ complianceSummaries }: ReturnType<typeof synthesizeFleet>) =>
    complianceSummaries.filter(({ Status }) => Status === "NON_COMPLIANT");

  it("has exactly the wanted share of noncompliant nodes", () => {
    const fleet = synthesizeFleet({ ...base, noncompliantShare: 0.3 });
    expect(noncompliant(fleet)).to.have.length(60);
    expect(noncompliant(synthesizeFleet(base))).not.to.have.length(60);
  });

  it("gives every node a patch state without host management", () => {
    expect(synthesizeFleet({ ...base, hostManagement: false }).patchStates).to.have.length(200);
    expect(synthesizeFleet(base).patchStates.length).to.be.lessThan(200);
  });

  it("has no rejected package if an installation fixes all", () => {
    const rejected = (options: object) =>
      synthesizeFleet({ ...base, ...options }).complianceItems.filter(
        ({ Details }) => Details?.["PatchState"] === "InstalledRejected",
      );
    expect(rejected({ installable: true })).to.deep.equal([]);
    expect(rejected({})).not.to.deep.equal([]);
  });

  it("gives each node at least the wanted number of rows", () => {
    const { complianceItems } = synthesizeFleet({ ...base, nodes: 2, hostManagement: false, rows: 70 });
    expect(complianceItems).to.have.length(140);
    expect(new Set(complianceItems.map(({ ResourceId, Id }) => `${ResourceId} ${Id}`))).to.have.length(140);
  });
});
