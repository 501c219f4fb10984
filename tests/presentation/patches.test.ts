import { expect } from "chai";
import fc from "fast-check";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { cveIndex, findCve } from "../../presentation/patches/cve-index.ts";
import { listedPatches } from "../../presentation/patches/finding-patches.ts";
import { gapsInWords } from "../../presentation/patches/incomplete.ts";
import { findPatch, patchIndex } from "../../presentation/patches/patch-index.ts";
import { patchTable, type ComplianceRow } from "../../presentation/patches/patch-table.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "../fixtures/finding-samples.ts";
import { hostileText, nodeId } from "../fixtures/node-fixtures.ts";

function rowOf(finding: unknown) {
  const view = findingView(finding);
  if (view === undefined) throw new Error("it is a finding");
  return { key: `key of ${view.nodeId.slice(-1)}`, view };
}

function withFields(finding: object & { readonly ProductFields: object }, fields: Readonly<Record<string, string>>) {
  const own = Object.entries(fields).map(([key, value]) => [`PatchFindings/${key}`, value] as const);
  return { ...finding, ProductFields: { ...finding.ProductFields, ...Object.fromEntries(own) } };
}

const KB1 = { id: "KB1", title: "Update for A, B (KB1)", level: "CRITICAL", cves: "CVE-2026-10002,CVE-2026-9001" };
const OPENSSL = { id: "openssl.x86_64", title: "openssl.x86_64:1:3.0.7", level: "HIGH", cves: "CVE-2026-10002" };
const KERNEL = { id: "kernel", title: "kernel 6.1", level: "LOW" };

const WINDOWS = rowOf(
  withFields(complianceFinding(nodeId(1), [KB1]), {
    PatchesSince: "KB1 2026-11-02",
    Due: "overdue",
    DueDate: "2026-11-16T00:00:00.000Z",
    DueReason:
      "CRITICAL patches must be installed within 14 days; the node has lacked one since 2026-11-02T00:00:00.000Z",
  }),
);
const LINUX = rowOf(
  withFields(complianceFinding(nodeId(2), [OPENSSL, { ...KERNEL, state: "InstalledPendingReboot" }]), {
    PatchesSince: "openssl.x86_64 2026-10-01, kernel 2026-11-05",
    Due: "later",
    DueDate: "2026-12-24T00:00:00.000Z",
    DueReason: "LOW patches must be installed within 60 days; the node has lacked one since 2026-10-25T00:00:00.000Z",
    Accepted: "some",
    AcceptedPatches: "openssl.x86_64 accepted until 2026-12-31 by jane: no reboot, yet",
  }),
);
const SUPPRESSED = rowOf({ ...complianceFinding(nodeId(3), [KB1, KERNEL]), Workflow: { Status: "SUPPRESSED" } });
const ROWS = [
  LINUX,
  WINDOWS,
  SUPPRESSED,
  rowOf(blindSpotFinding(nodeId(4))),
  rowOf({ ...complianceFinding(nodeId(5), [KB1]), RecordState: "ARCHIVED" }),
  rowOf(NATIVE_FINDING),
];

/** A finding that lists only some of its patches and CVEs. */
const SOME = rowOf(
  withFields(complianceFinding(nodeId(6), [KERNEL]), {
    Missing: "643",
    WorstPatches: "kernel 6.1 and 642 more",
    Vulnerabilities: "643 CVEs, 643 of them not listed",
  }),
);
const COUNTS_ONLY = rowOf(
  withFields({ ...complianceFinding(nodeId(7), [KERNEL]) }, { WorstPatches: "9 in all", Missing: "9" }),
);

describe("the index of patches", () => {
  const index = patchIndex(ROWS);

  it("lists each patch once, worst first, with the nodes that lack it", () => {
    const short = index.patches.map(({ key, worstSeverity, nodes, overdue, since, dueDate }) => [
      key,
      worstSeverity,
      nodes.map(({ nodeId: id }) => id.slice(-1)).join(""),
      overdue,
      since?.slice(0, 10),
      dueDate?.slice(0, 10),
    ]);
    expect(short).to.deep.equal([
      ["KB1", "CRITICAL", "13", 1, "2026-11-02", "2026-11-16"],
      ["kernel", "CRITICAL", "32", 0, "2026-11-05", "2026-12-24"],
      ["openssl.x86_64", "HIGH", "2", 0, "2026-10-01", undefined],
    ]);
  });

  it("finds a patch in any letter case", () => {
    expect(findPatch(index, " kb1")).to.deep.include({
      key: "KB1",
      title: "Update for A, B (KB1)",
      cves: ["CVE-2026-10002", "CVE-2026-9001"],
    });
    for (const key of ["KB2", "", "constructor", "__proto__"]) expect(findPatch(index, key)).to.equal(undefined);
  });

  it("says which node has accepted a patch, instead of a due date", () => {
    const [node] = findPatch(index, "openssl.x86_64")?.nodes ?? [];
    expect(node).to.include({ accepted: "until 2026-12-31 by jane: no reboot, yet", since: "2026-10-01" });
    expect(node).to.not.have.any.keys("due", "dueDate");
  });

  it("says which findings list only some of their patches", () => {
    expect([index.incomplete, index.blindSpots]).to.deep.equal([[], 1]);
    expect(
      patchIndex([SOME, COUNTS_ONLY, LINUX]).incomplete.map(({ key, listed, total }) => [key, listed, total]),
    ).to.deep.equal([
      ["key of 6", 1, 643],
      ["key of 7", 0, 9],
    ]);
  });
});

describe("the index of CVEs", () => {
  const index = cveIndex(ROWS);

  it("answers who has a CVE", () => {
    const entry = findCve(index, " cve-2026-10002 ");
    expect(entry).to.deep.include({
      cve: "CVE-2026-10002",
      url: "https://nvd.nist.gov/vuln/detail/CVE-2026-10002",
      patches: ["KB1", "openssl.x86_64"],
      worstSeverity: "CRITICAL",
      since: "2026-10-01",
      dueDate: "2026-11-16T00:00:00.000Z",
      overdue: 1,
    });
    expect(entry?.nodes.map(({ key }) => key.slice(-1))).to.deep.equal(["1", "3", "2"]);
    expect(index.cves.map(({ cve }) => cve)).to.deep.equal(["CVE-2026-10002", "CVE-2026-9001"]);
  });

  it("says what it cannot tell", () => {
    const gaps = cveIndex([...ROWS, SOME, COUNTS_ONLY]);
    expect(gapsInWords(gaps, "CVEs", findCve(gaps, "CVE-2026-9001")?.nodes)).to.equal(
      "2 more nodes list only some of their CVEs. The patch status of 1 node is unknown.",
    );
    expect(gapsInWords(cveIndex([SOME]), "CVEs")).to.equal("1 node lists only some of its CVEs.");
    expect(gapsInWords(cveIndex([SOME]), "CVEs", [SOME])).to.equal(undefined);
    expect(gapsInWords(cveIndex([WINDOWS]), "CVEs")).to.equal(undefined);
  });

  it("keeps hostile ids as text", () => {
    const entries = ["<img src=x>", "__proto__", "=1+1", "cve-2026-1\u202e"].map((Id) => ({
      Id,
      ReferenceUrls: ["javascript:1"],
    }));
    const { cves, byCve } = cveIndex([rowOf({ ...complianceFinding(nodeId(1), [KERNEL]), Vulnerabilities: entries })]);
    expect(cves.map(({ cve }) => cve)).to.deep.equal(["<IMG SRC=X>", "=1+1", "CVE-2026-1", "__PROTO__"]);
    expect(cves.every(({ url, patches }) => url === undefined && patches.length === 0)).to.equal(true);
    expect(byCve.get("__PROTO__")?.nodes.length).to.equal(1);
  });
});

describe("the patches of a finding", () => {
  it("have a due date only if the finding says it of the patch", () => {
    expect(listedPatches(WINDOWS.view).map(({ patch, dueDate }) => [patch, dueDate])).to.deep.equal([
      ["KB1", "2026-11-16T00:00:00.000Z"],
    ]);
    // A LOW patch set the date, and openssl decided the severity.
    expect(listedPatches(LINUX.view).map(({ patch, dueDate }) => [patch, dueDate])).to.deep.equal([
      ["openssl.x86_64", undefined],
      ["kernel", undefined],
    ]);
  });

  it("are a table without rows", () => {
    expect(patchTable(LINUX.view)).to.deep.equal([
      {
        patch: "openssl.x86_64",
        title: "openssl.x86_64:1:3.0.7",
        state: "noncompliant",
        noncompliant: true,
        cves: ["CVE-2026-10002"],
        since: "2026-10-01",
        accepted: "until 2026-12-31 by jane: no reboot, yet",
      },
      {
        patch: "kernel",
        title: "kernel 6.1",
        state: "noncompliant",
        noncompliant: true,
        cves: [],
        since: "2026-11-05",
      },
    ]);
    expect(patchTable(WINDOWS.view)[0]).to.include({ state: "missing", due: "2026-11-16T00:00:00.000Z" });
  });

  it("are merged with the rows that were read", () => {
    const rows: ComplianceRow[] = [
      {
        id: "aaa",
        title: "aaa",
        state: "Installed",
        level: "CRITICAL",
        cves: [],
        installedTime: "2026-11-01T00:00:00Z",
      },
      { id: "kernel", title: "kernel 6.1", state: "INSTALLED_PENDING_REBOOT", level: "LOW", cves: ["cve-2026-7"] },
      { id: "kernel", title: "kernel 6.1", state: "INSTALLED_PENDING_REBOOT", level: "LOW", cves: ["cve-2026-7"] },
      { id: "zlib", state: "Missing", level: "HIGH", vendorSeverity: "Important", cves: [] },
      { id: "new", state: "AvailableSecurityUpdate", status: "NON_COMPLIANT", level: "UNSPECIFIED", cves: [] },
    ];
    expect(
      patchTable(LINUX.view, rows).map(({ patch, state, noncompliant, since }) => [patch, state, noncompliant, since]),
    ).to.deep.equal([
      ["zlib", "missing", true, undefined],
      ["kernel", "pending reboot", true, "2026-11-05"],
      ["openssl.x86_64", "in the finding only", true, "2026-10-01"],
      ["new", "available security update", true, undefined],
      ["aaa", "installed", false, undefined],
    ]);
    expect(patchTable(LINUX.view, rows)[1]).to.deep.include({
      level: "LOW",
      cves: ["CVE-2026-7"],
      title: "kernel 6.1",
    });
    expect(patchTable(LINUX.view, rows)[4]).to.not.have.any.keys("title", "since");
  });

  it("are none if the finding is closed", () => {
    expect(patchTable({ ...WINDOWS.view, recordState: "ARCHIVED" })).to.deep.equal([]);
  });

  it("are read from any text", () => {
    const texts = fc.record({
      WorstPatches: hostileText(),
      PatchesSince: hostileText().map((text) => `${text} 2026-11-02`),
      AcceptedPatches: hostileText().map((text) => `${text} accepted until 2026-11-02 by ${text}`),
      Accepted: fc.constantFrom("all", "some"),
    });
    fc.assert(
      fc.property(texts, hostileText(), (fields, Id) => {
        const vulnerabilities = [{ Id, VulnerablePackages: [{ Name: Id }, {}, 7] }];
        const row = rowOf({
          ...withFields(complianceFinding(nodeId(1), [KB1]), fields),
          Vulnerabilities: vulnerabilities,
        });
        const listed = patchTable(row.view);
        expect(new Set(listed.map(({ patch }) => patch)).size).to.equal(listed.length);
        const { patches } = patchIndex([row]);
        expect(patches.length).to.be.at.most(listed.length);
        cveIndex([row]);
      }),
    );
  });
});

describe("the index of any findings", () => {
  it("has each key once, and each node once per key", () => {
    const views = fc.array(fc.subarray([KB1, OPENSSL, KERNEL], { minLength: 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(views, (lists) => {
        const rows = lists.map((list, at) => ({
          key: String(at),
          view: viewOf(complianceFinding(nodeId(at + 1), list)),
        }));
        const { patches, byKey } = patchIndex(rows);
        expect(byKey.size).to.equal(patches.length);
        expect(patches.reduce((sum, { nodes }) => sum + nodes.length, 0)).to.equal(lists.flat().length);
      }),
      { numRuns: 30 },
    );
  });
});

function viewOf(finding: unknown): FindingView {
  return rowOf(finding).view;
}
