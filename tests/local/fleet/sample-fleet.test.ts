import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { loadFleet } from "../../../local/fleet/fleet-file.ts";
import type { ComplianceItem, Fleet } from "../../../local/fleet/fleet.ts";
import { synthesizeFleet } from "../../../local/fleet/synthetic-fleet.ts";

const SAMPLE = fileURLToPath(new URL("../../../local/sample-fleet", import.meta.url));
const LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];
const COUNTED = [
  ["MissingCount", "Missing"],
  ["FailedCount", "Failed"],
  ["InstalledPendingRebootCount", "InstalledPendingReboot"],
  ["InstalledRejectedCount", "InstalledRejected"],
  ["InstalledCount", "Installed"],
  ["InstalledOtherCount", "InstalledOther"],
  ["NotApplicableCount", "NotApplicable"],
] as const;
/** Noncompliant states. An available security update is noncompliant only if its row's Status says so. */
const BAD = ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"];
const FROM_VENDOR = new Map([
  ["Critical", "CRITICAL"],
  ["Important", "HIGH"],
  ["Moderate", "MEDIUM"],
  ["Medium", "MEDIUM"],
  ["Low", "LOW"],
]);

const fleet = await loadFleet(SAMPLE);

const synthetic = (nodes: number, seed = 1) =>
  synthesizeFleet({ nodes, seed, now: () => new Date("2026-11-20T12:00:00Z") });

const patchRows = (of: Fleet, nodeId: string) =>
  of.complianceItems.filter(({ ComplianceType, ResourceId }) => ComplianceType === "Patch" && ResourceId === nodeId);
const stateOf = ({ Details }: ComplianceItem) => Details?.["PatchState"] ?? "";
const isBad = ({ Status }: ComplianceItem) => Status === "NON_COMPLIANT";

describe("the sample fleet", () => {
  it("covers the platforms and has hybrid nodes", () => {
    expect(fleet.nodes.length).to.be.at.least(14);
    expect(fleet.nodes.filter(({ InstanceId }) => InstanceId.startsWith("mi-"))).to.have.length(2);
    for (const platform of ["Windows Server", "Amazon Linux", "Red Hat Enterprise Linux", "Ubuntu"]) {
      expect(fleet.nodes.filter(({ PlatformName = "" }) => PlatformName.includes(platform))).not.to.have.length(0);
    }
  });

  it("has every patch state, every level among noncompliant rows, and CVEs in the states in which the agent reports them", () => {
    const rows = fleet.complianceItems.filter(({ ComplianceType }) => ComplianceType === "Patch");
    expect(new Set(rows.map(stateOf))).to.have.all.keys(
      ...COUNTED.map(([, state]) => state),
      "AvailableSecurityUpdate",
    );
    expect(new Set(rows.filter(isBad).map(({ Severity }) => Severity))).to.have.all.keys(...LEVELS, "UNSPECIFIED");
    const withCves = rows.filter(({ Details }) => Details?.["CVEIds"] !== undefined);
    expect(withCves.length).to.be.above(300);
    expect(withCves.every((row) => ["Missing", "Failed"].includes(stateOf(row)))).to.equal(true);
    for (const { Details } of withCves) expect(Details?.["CVEIds"]).to.match(/^CVE-\d{4}-\d{4,}(,CVE-\d{4}-\d{4,})*$/);
    expect(withCves.filter(({ ResourceId }) => isUbuntu(ResourceId))).to.deep.equal([]);
  });

  it("has a node of each special kind", () => {
    const rowsOf = (nodeId: string) => fleet.complianceItems.filter(({ ResourceId }) => ResourceId === nodeId);
    expect(Math.max(...fleet.patchStates.map(({ MissingCount = 0 }) => MissingCount))).to.be.above(300);
    expect(fleet.complianceItems.some((row) => row.ExecutionSummary?.ExecutionType === "PatchPolicy")).to.equal(true);
    expect(fleet.arrives.size).to.equal(1);
    expect([...fleet.inventory.keys()].filter((nodeId) => rowsOf(nodeId).length === 0)).to.have.length(1);
    expect(fleet.patchStates.filter(({ InstanceId }) => rowsOf(InstanceId).length === 0)).to.have.length(1);
    const hostManaged = fleet.complianceItems.filter(
      ({ ResourceId, Details }) =>
        Details?.["DocumentName"] === "AWS-RunPatchBaselineAssociation" && patchRows(fleet, ResourceId).length === 0,
    );
    expect(hostManaged).to.have.length(1);
    expect(fleet.complianceItems.some(({ ComplianceType }) => ComplianceType.startsWith("Custom:"))).to.equal(true);
  });

  it("has a README table whose outcomes follow from the data", async () => {
    const readme = await readFile(`${SAMPLE}/README.md`, "utf8");
    const table = [...readme.matchAll(/^\| `([^`]+)` .*\| ([A-Z]+|none)\b[^|]*\|$/gm)].map(([, id, outcome]) => [
      id,
      outcome,
    ]);
    expect(Object.fromEntries(table)).to.deep.equal(
      Object.fromEntries(fleet.nodes.map(({ InstanceId }) => [InstanceId, outcomeOf(InstanceId)])),
    );
  });

  function isUbuntu(nodeId: string): boolean {
    return fleet.nodes.find(({ InstanceId }) => InstanceId === nodeId)?.PlatformName === "Ubuntu";
  }

  /** The README's rules, in the order of the sources that a node of this fleet can have. */
  function outcomeOf(nodeId: string): string {
    const association = fleet.complianceItems.find(
      ({ ResourceId, Details }) =>
        ResourceId === nodeId && Details?.["DocumentName"] === "AWS-RunPatchBaselineAssociation",
    );
    // No node here has patch data within a week of its Association row.
    if (association)
      return /"NonCompliantSeverity":"([A-Z]+)"/.exec(association.Details?.["DetailedText"] ?? "")?.[1] ?? "none";
    const inventory = fleet.inventory.get(nodeId)?.get("AWS:PatchSummary")?.Entries[0];
    if (inventory) return inventory["NonCompliantSeverity"] ?? "none";
    const rows = patchRows(fleet, nodeId);
    const levels = rows.filter(isBad).map(({ Severity, Details }) => {
      if (Severity !== "UNSPECIFIED") return Severity;
      return isUbuntu(nodeId)
        ? "INFORMATIONAL"
        : (FROM_VENDOR.get(Details?.["PatchSeverity"] ?? "") ?? "INFORMATIONAL");
    });
    const counts = fleet.patchStates.find(({ InstanceId }) => InstanceId === nodeId);
    if (rows.length === 0 && counts) return (counts.CriticalNonCompliantCount ?? 0) > 0 ? "CRITICAL" : "INFORMATIONAL";
    return LEVELS.find((level) => levels.includes(level)) ?? "none";
  }
});

describe("a synthetic fleet", () => {
  it("is the same for the same seed, and differs for another seed", () => {
    expect(synthetic(50)).to.deep.equal(synthetic(50));
    expect(synthetic(50)).not.to.deep.equal(synthetic(50, 2));
  });

  it("has the requested number of different nodes, 10 % of them hybrid and 30 % noncompliant", () => {
    const { nodes, complianceItems } = synthetic(10_000);
    expect(new Set(nodes.map(({ InstanceId }) => InstanceId)).size).to.equal(10_000);
    expect(nodes.filter(({ InstanceId }) => InstanceId.startsWith("mi-")).length).to.be.within(900, 1100);
    for (const { InstanceId } of nodes) expect(InstanceId).to.match(/^(i|mi)-[0-9a-f]{17}$/);
    expect(new Set(complianceItems.filter(isBad).map(({ ResourceId }) => ResourceId)).size).to.be.within(2800, 3200);
    expect(new Set(complianceItems.map(({ ResourceId }) => ResourceId)).size).to.equal(10_000);
  }).timeout(10_000);

  it("has only runs that have ended", () => {
    const now = new Date("2026-11-20T12:00:00Z").getTime();
    for (const { OperationStartTime: start, OperationEndTime: end } of synthetic(500).patchStates) {
      expect(start?.getTime()).to.be.below(end?.getTime() ?? 0);
      expect(end?.getTime()).to.be.below(now);
    }
  });
});

describe("the data of a fleet is consistent", () => {
  const fleets: [name: string, data: Fleet][] = [
    ["sample", fleet],
    ["synthetic", synthetic(300)],
  ];
  for (const [name, data] of fleets) {
    it(`${name}: the counts match the rows`, () => {
      for (const state of data.patchStates) {
        const rows = patchRows(data, state.InstanceId);
        if (rows.length === 0) continue;
        const counted = COUNTED.map(([count]) => state[count] ?? 0);
        expect(counted, state.InstanceId).to.deep.equal(
          COUNTED.map(([, s]) => rows.filter((r) => stateOf(r) === s).length),
        );
        const critical = rows.filter((row) => isBad(row) && row.Severity === "CRITICAL").length;
        expect(state.CriticalNonCompliantCount, state.InstanceId).to.equal(critical);
      }
    });

    it(`${name}: a row's Status follows from its state`, () => {
      const rows = data.complianceItems.filter(({ ComplianceType }) => ComplianceType === "Patch");
      expect(rows).not.to.have.length(0);
      for (const row of rows) {
        if (stateOf(row) !== "AvailableSecurityUpdate") expect(isBad(row)).to.equal(BAD.includes(stateOf(row)));
      }
    });

    it(`${name}: there is one summary per node and type, and it counts the rows`, () => {
      const { complianceItems, complianceSummaries } = data;
      const groups = Map.groupBy(complianceItems, (row) => `${row.ResourceId} ${row.ComplianceType}`);
      expect(complianceSummaries).to.have.length(groups.size);
      for (const summary of complianceSummaries) {
        const rows = groups.get(`${summary.ResourceId} ${summary.ComplianceType}`) ?? [];
        const bad = rows.filter(isBad);
        expect(summary.Status).to.equal(bad.length > 0 ? "NON_COMPLIANT" : "COMPLIANT");
        expect(summary.NonCompliantSummary?.NonCompliantCount).to.equal(bad.length);
        expect(summary.CompliantSummary?.CompliantCount).to.equal(rows.length - bad.length);
        const high = bad.filter(({ Severity }) => Severity === "HIGH").length;
        expect(summary.NonCompliantSummary?.SeveritySummary?.HighCount).to.equal(high);
      }
    });
  }

  it("sample: every run began in November 2026 and before it ended", () => {
    for (const { OperationStartTime: start, OperationEndTime: end } of fleet.patchStates) {
      expect(start?.toISOString()).to.match(/^2026-11/);
      expect(start?.getTime()).to.be.below(end?.getTime() ?? 0);
    }
  });
});
