import { expect } from "chai";
import type { SystemsManager } from "../../../local/services/systems-manager/systems-manager.ts";
import { synthesizeFleet } from "../../../local/fleet/synthetic-fleet.ts";
import {
  associationText,
  counts,
  INVENTORY,
  inventoryOf,
  itemsOf,
  stateOf,
  states,
  summariesOf,
  type Row,
} from "../../fixtures/patch-readings.ts";
import { allPages, sample, standIn } from "../../fixtures/ssm-fixtures.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const STARTED = NOW.getTime() - 30_000;
const ENDED = NOW.getTime() - 1_000;
const WEB = "i-0a11c2e5d7f90b3a1";
const POLICY = "i-0b22c4e7d9f12b5a3";
const HOST = "i-0b33d5f8e0a23c6b4";
const LATE = "i-0b44e6a9f1b34d7c5";
const MOVED = "i-0b77d1f4e6a89c2b0";
const NEVER = "i-0d33b9d2c4e67a0f8";
const REJECTED = "i-0c22d9f2e4a67c0b8";
/** Its id is one of those on which the first installation fails. */
const FAILING = "i-0d22f1b4a6c89e2d0";
const NO_COUNTS = Object.fromEntries(
  ["Installed", "Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"]
    .concat("CriticalNonCompliant", "SecurityNonCompliant", "OtherNonCompliant")
    .map((name) => [`${name}Count`, 0]),
);

describe("patch runs on nodes", () => {
  const inPatchState: [name: string, nodeId: string, before: string, installed: string, rows: string][] = [
    ["missing packages", WEB, "4 3/0/0/0 1/2/1", "7 0/0/0/0 0/0/0", "Installed 7, InstalledOther 2, NotApplicable 2"],
    ["pending reboots", "i-0a22d3f6e8a01c4b2", "2 0/0/2/0 0/1/1", "4 0/0/0/0 0/0/0", "Installed 4"],
    ["failed packages", "i-0a33e4a7f9b12d5c3", "3 0/2/0/0 0/2/0", "5 0/0/0/0 0/0/0", "Installed 5"],
    ["a rejected package", REJECTED, "4 0/0/0/1 0/1/0", "4 0/0/0/1 0/1/0", "InstalledRejected 1"],
    ["an available update", "i-0a44f5b8a0c23e6d4", "3 0/0/0/0 0/1/0", "3 0/0/0/0 0/1/0", "AvailableSecurityUpdate 1"],
    ["counts alone", "i-0b55a8c1b3d56f9e7", "187 6/1/0/0 0/5/2", "194 0/0/0/0 0/0/0", ""],
    ["a package that fails", FAILING, "4 2/0/0/0 0/2/0", "5 0/1/0/0 0/1/0", "Failed 1, Installed 5"],
    ["data that has not arrived", LATE, "nothing", "3 0/0/0/0 0/0/0", "Installed 3"],
    ["no data at all", NEVER, "nothing", "0 0/0/0/0 0/0/0", ""],
  ];
  for (const [name, nodeId, before, installed, listed] of inPatchState) {
    it(`scans and installs on a node with ${name}`, () => {
      const service = standIn();
      expect(counts(stateOf(service, nodeId))).to.equal(before);
      const shown = standIn();
      shown.showDataOf(nodeId);
      service.runPatchDocument(nodeId, "Scan", NOW);
      expect(stateOf(service, nodeId)).to.include({ Operation: "Scan", RebootOption: "NoReboot" });
      expect(counts(stateOf(service, nodeId))).to.equal(counts(stateOf(shown, nodeId) ?? NO_COUNTS));
      expect(states(itemsOf(service, nodeId))).to.equal(states(itemsOf(shown, nodeId)));
      service.runPatchDocument(nodeId, "Install", NOW);
      expect(stateOf(service, nodeId)).to.include({ Operation: "Install", RebootOption: "RebootIfNeeded" });
      expect(counts(stateOf(service, nodeId))).to.equal(installed);
      expect(states(itemsOf(service, nodeId))).to.include(listed);
    });
  }

  it("writes the run into the patch state, its rows and their summary", () => {
    const service = standIn();
    const { SnapshotId: before } = stateOf(service, WEB) ?? {};
    service.runPatchDocument(WEB, "Install", NOW);
    const { SnapshotId: snapshot, ...state } = stateOf(service, WEB) ?? {};
    const times = { OperationStartTime: STARTED / 1000, OperationEndTime: ENDED / 1000 };
    expect(state).to.include({ ...times, PatchGroup: "windows-prod", BaselineId: "pb-0c1a2b3c4d5e6f701" });
    expect(snapshot)
      .to.match(/^[\da-f-]{36}$/)
      .and.not.equal(before);
    const run = { ExecutionTime: STARTED / 1000, ExecutionId: snapshot, ExecutionType: "Command" };
    for (const item of itemsOf(service, WEB)) expect(item["ExecutionSummary"]).to.deep.equal(run);
    const row = itemsOf(service, WEB).find(({ Id }) => Id === "KB5068781");
    expect(row).to.include({ Status: "COMPLIANT", Severity: "CRITICAL" });
    expect(row?.Details).to.include({ PatchState: "Installed", InstalledTime: "2026-11-24T11:59:59Z" });
    expect(row?.Details).to.not.have.property("CVEIds");
    expect(summariesOf(service, WEB).find(({ ComplianceType }) => ComplianceType === "Patch")).to.deep.include({
      Status: "COMPLIANT",
      ExecutionSummary: run,
    });
  });

  it("gives each run of a patch policy its own baseline, in the state and in all rows", () => {
    const service = standIn();
    const baselines = [1, 2].map(() => {
      service.runPatchDocument(POLICY, "Scan", NOW);
      const inRows = itemsOf(service, POLICY).map(({ Details }) => Details?.["PatchBaselineId"]);
      return [...new Set([stateOf(service, POLICY)?.["BaselineId"], ...inRows])];
    });
    expect(baselines.map(({ length }) => length)).to.deep.equal([1, 1]);
    expect(new Set([stateOf(standIn(), POLICY)?.["BaselineId"], ...baselines.flat()])).to.have.property("size", 3);
  });

  it("changes the association's row under host management, and nothing under type Patch", () => {
    const service = standIn();
    const patchBefore = [stateOf(service, MOVED), itemsOf(service, MOVED)];
    for (const [operation, nodeId, expected, severity] of [
      ["Scan", HOST, "214 4/0/0/0 0/3/1", "MEDIUM"],
      // One package fails at the first installation on this node.
      ["Install", HOST, "217 0/1/0/0 0/1/1", "MEDIUM"],
      ["Install", HOST, "218 0/0/0/0 0/0/0", undefined],
      ["Install", MOVED, "214 0/0/0/0 0/0/0", undefined],
    ] as const) {
      service.runPatchDocument(nodeId, operation, NOW);
      const text = associationText(service, nodeId);
      expect(counts(text)).to.equal(expected);
      expect(text["NonCompliantSeverity"]).to.equal(severity);
      expect(text).to.include({ OperationType: operation, PatchGroup: "" });
      const [row] = itemsOf(service, nodeId, "Association").filter(({ Id }) => Id === text["ExecutionId"]);
      expect(row?.["Status"]).to.equal(severity === undefined ? "COMPLIANT" : "NON_COMPLIANT");
    }
    expect([stateOf(service, MOVED), itemsOf(service, MOVED)]).to.deep.equal(patchBefore);
    expect(stateOf(service, HOST)).to.equal(undefined);
  });

  it("does not change the rows of other associations", () => {
    const { complianceItems } = sample;
    const other = { ComplianceType: "Association", ResourceId: HOST, Id: "other", Status: "NON_COMPLIANT" };
    const service = standIn({ ...sample, complianceItems: [...complianceItems, other] });
    service.runPatchDocument(HOST, "Install", NOW);
    expect(itemsOf(service, HOST, "Association")).to.deep.include(other);
  });

  it("changes the inventory of a node that has data only in Inventory", () => {
    const service = standIn();
    const [before] = inventoryOf(service, "AWS:PatchSummary");
    service.runPatchDocument(INVENTORY, "Scan", NOW);
    const [scanned] = inventoryOf(service, "AWS:PatchSummary");
    expect(counts(scanned)).to.equal(counts(before));
    expect(scanned).to.include({ NonCompliantSeverity: "CRITICAL", OperationType: "Scan", PatchGroup: "linux-build" });
    expect(scanned?.["OperationEndTime"]).to.equal(new Date(ENDED).toISOString());
    service.runPatchDocument(INVENTORY, "Install", NOW);
    const [installed] = inventoryOf(service, "AWS:PatchSummary");
    expect(counts(installed)).to.equal("6 0/0/0/0 0/0/0");
    expect(installed).to.not.have.property("NonCompliantSeverity");
    expect(states(inventoryOf(service, "AWS:PatchCompliance"))).to.equal("Installed 6");
    expect(stateOf(service, INVENTORY)).to.equal(undefined);
  });

  it("ends with the event of the node's mechanism, which names the run", () => {
    const service = standIn();
    const command = "EC2 Command Invocation Status-change Notification";
    const association = "EC2 State Manager Instance Association State Change";
    for (const [nodeId, type, document] of [
      [WEB, command, "AWS-RunPatchBaseline"],
      [NEVER, command, "AWS-RunPatchBaseline"],
      [INVENTORY, command, "AWS-RunPatchBaseline"],
      [POLICY, association, "AWS-RunPatchBaseline"],
      [HOST, association, "AWS-RunPatchBaselineAssociation"],
    ] as const) {
      const event = service.runPatchDocument(nodeId, "Scan", NOW) as Row & { detail: Row };
      expect(event).to.include({ "detail-type": type, account: "111122223333", time: "2026-11-24T12:00:00Z" });
      expect(event.detail).to.include({ "instance-id": nodeId, "document-name": document, status: "Success" });
      const { "requested-date-time": requested, "last-execution-date": last } = event.detail;
      expect(Date.parse(String(requested ?? last))).to.equal(STARTED);
    }
  });

  it("ends later than every operation before it, however close they are", () => {
    const service = standIn();
    const ends = [1, 2, 3].map(() => {
      service.runPatchDocument(WEB, "Scan", NOW);
      const { OperationStartTime: start, OperationEndTime: end } = stateOf(service, WEB) ?? {};
      expect(end).to.be.greaterThan(Number(start));
      return Number(end);
    });
    expect(ends).to.deep.equal([...new Set(ends)].toSorted((one, other) => one - other));
  });

  for (const [what, nodes] of [
    ["whose agent is not online", sample.nodes.map((node) => ({ ...node, PingStatus: "ConnectionLost" }))],
    ["that is not listed", []],
  ] as const) {
    it(`does not patch a node ${what}, and reports it`, () => {
      const fleet = { ...sample, nodes };
      const service = standIn(fleet);
      expect(service.onlineNodes()).to.deep.equal([]);
      const event = service.runPatchDocument(WEB, "Install", NOW) as { detail: Row };
      expect(event.detail).to.include({ "instance-id": WEB, status: "Undeliverable" });
      expect(event.detail["requested-date-time"]).to.equal(new Date(STARTED).toISOString());
      expect(service.fleet()).to.equal(fleet);
      expect(service.isKnown(WEB)).to.equal(true);
    });
  }

  it("returns the current fleet, and does not change the given one", () => {
    const before = structuredClone(sample);
    const service = standIn();
    expect(service.fleet()).to.equal(sample);
    for (const nodeId of service.onlineNodes()) service.runPatchDocument(nodeId, "Install", NOW);
    expect(structuredClone(sample)).to.deep.equal(before);
    const present = service.fleet();
    expect(service.fleet()).to.equal(present);
    expect(present.arrives.size).to.equal(0);
    // Who reads the present fleet reads what the API tells.
    const again = standIn(present);
    for (const { InstanceId: nodeId } of sample.nodes) {
      expect(stateOf(again, nodeId), nodeId).to.deep.equal(stateOf(service, nodeId));
      expect(itemsOf(again, nodeId), nodeId).to.deep.equal(itemsOf(service, nodeId));
    }
    const all = (from: SystemsManager) => allPages(from, "ListResourceComplianceSummaries", {}).flat();
    expect(all(again)).to.deep.equal(all(service));
    expect(
      all(service)
        .map(({ ResourceId }) => ResourceId)
        .slice(0, 20),
    ).to.deep.equal(
      all(standIn({ ...sample, arrives: new Map() }))
        .map(({ ResourceId }) => ResourceId)
        .slice(0, 20),
    );
  });

  it("keeps counts, rows and summaries of a fleet consistent, and fails once on some nodes", () => {
    const fleet = synthesizeFleet({ nodes: 300, seed: 7, now: () => new Date(NOW.getTime() - 60_000) });
    const service = standIn(fleet);
    const failed = [1, 2].map(() => {
      for (const nodeId of service.onlineNodes()) service.runPatchDocument(nodeId, "Install", NOW);
      const { patchStates, complianceItems, complianceSummaries } = service.fleet();
      const rowsOf = Map.groupBy(complianceItems, ({ ResourceId }) => ResourceId);
      for (const state of patchStates) {
        const listed = rowsOf.get(state.InstanceId) ?? [];
        const inState = (name: string) => listed.filter(({ Details }) => Details?.["PatchState"] === name).length;
        const { InstalledCount, MissingCount, FailedCount, InstalledPendingRebootCount: pending } = state;
        expect([InstalledCount, MissingCount, FailedCount, pending]).to.deep.equal([
          inState("Installed"),
          0,
          inState("Failed"),
          0,
        ]);
      }
      for (const { ResourceId, NonCompliantSummary } of complianceSummaries) {
        const bad = (rowsOf.get(ResourceId) ?? []).filter(({ Status }) => Status === "NON_COMPLIANT");
        expect(NonCompliantSummary?.NonCompliantCount).to.equal(bad.length);
      }
      return complianceItems.filter(({ Details }) => Details?.["PatchState"] === "Failed").length;
    });
    expect(failed[0]).to.be.greaterThan(0);
    expect(failed[1]).to.equal(0);
  });
});
