import { expect } from "chai";
import type { LackedDetails, LackedPage } from "../../console/api.ts";
import { Findings } from "../../console/findings.ts";
import { goTarget } from "../../console/go-target.ts";
import { PatchReader } from "../../console/patch-reader.ts";
import { patchRoutes } from "../../console/routes/patch-routes.ts";
import type { ConsoleSource } from "../../console/source.ts";
import type { ComplianceRow } from "../../presentation/patches/patch-table.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { HOSTILE } from "../fixtures/due-findings.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const KB = { id: "KB5068781", title: "Update (KB5068781)", level: "CRITICAL", cves: "CVE-2026-40361,CVE-2026-9001" };
const OPENSSL = { id: "openssl", title: "openssl 3.0.7", level: "HIGH", cves: "CVE-2026-40361" };
const KERNEL = { id: "kernel", title: "kernel 6.1", level: "LOW" };

function withFields(finding: ReturnType<typeof complianceFinding>, fields: Readonly<Record<string, string>>): object {
  const own = Object.entries(fields).map(([key, value]) => [`PatchFindings/${key}`, value] as const);
  return { ...finding, ProductFields: { ...finding.ProductFields, ...Object.fromEntries(own) } };
}

/** A finding that lists only some of its patches and CVEs. */
const some = (node: number) =>
  withFields(complianceFinding(nodeId(node), [KERNEL]), {
    Missing: "643",
    WorstPatches: "kernel 6.1 and 642 more",
    Vulnerabilities: "1310 CVEs, 1310 not listed",
  });

const OVERDUE = withFields(complianceFinding(nodeId(1), [KB]), {
  PatchesSince: "KB5068781 2026-11-02",
  Due: "overdue",
  DueDate: "2026-11-16T00:00:00.000Z",
});
const LINUX = complianceFinding(nodeId(2), [OPENSSL, KERNEL]);

const ROWS: readonly ComplianceRow[] = [{ id: "bash", state: "Missing", cves: ["CVE-2026-7"] }];

interface Shown {
  readonly findings?: readonly object[];
  readonly free?: boolean;
  readonly patchRows?: ConsoleSource["patchRows"];
}

/** The routes over findings, with the number of nodes whose patches were read. */
function shown({ findings = [LINUX, OVERDUE, some(6)], free = false, patchRows }: Shown = {}) {
  const read: string[] = [];
  const source = {
    now: () => NOW,
    findings: () => ({ revision: 1, findings }),
    readsPatchesFreely: free,
    patchRows: (view) => {
      read.push(view.nodeId);
      return patchRows === undefined ? Promise.resolve(ROWS) : patchRows(view);
    },
  } satisfies Partial<ConsoleSource> as unknown as ConsoleSource;
  const known = new Findings(source.findings);
  const routes = patchRoutes(source, known, new PatchReader(source, known));
  const get = async <Answer>(path: string) => (await (await routes.request(path)).json()) as Answer;
  const details = (path: string) => get<LackedDetails>(path);
  return { routes, read, get, details, list: (path: string) => get<LackedPage>(path) };
}

const nodes = ({ rows }: LackedDetails): string[] => rows.map(({ nodeId: id }) => id);

/** Waits until the check has ended. */
async function checked(details: () => Promise<LackedDetails>): Promise<LackedDetails> {
  for (;;) {
    const answer = await details();
    if (answer.gaps.check?.running === false) return answer;
  }
}

describe("the pages of patches and CVEs", () => {
  it("say who has a CVE, in any letter case", async () => {
    const cve = await shown().details("/cves/cve-2026-40361");
    expect(nodes(cve)).to.deep.equal([nodeId(1), nodeId(2)]);
    expect(cve).to.deep.include({
      id: "CVE-2026-40361",
      worstSeverity: "CRITICAL",
      since: "2026-11-02",
      overdue: 1,
      related: ["KB5068781", "openssl"],
      reference: "https://nvd.nist.gov/vuln/detail/CVE-2026-40361",
      deadline: { state: "overdue", words: "overdue by 4 days", date: "2026-11-16T00:00:00.000Z" },
    });
  });

  it("say who lacks a patch, and what it fixes", async () => {
    const patch = await shown().details("/patches/kb5068781");
    expect(nodes(patch)).to.deep.equal([nodeId(1)]);
    expect(patch.related).to.deep.equal(["CVE-2026-40361", "CVE-2026-9001"]);
    expect(patch.reference).to.equal("https://support.microsoft.com/help/5068781");
    expect((await shown().details("/patches/openssl")).reference).to.equal(undefined);
  });

  const lists: [path: string, ids: string[]][] = [
    ["/patches", ["KB5068781", "openssl", "kernel"]],
    ["/patches?q=cve-2026-40361", ["KB5068781", "openssl"]],
    ["/patches?q=update+kb50", ["KB5068781"]],
    ["/patches?q=nothing", []],
    ["/patches?order=nodes&direction=descending", ["kernel", "KB5068781", "openssl"]],
    ["/patches?order=constructor&page=x", ["KB5068781", "openssl", "kernel"]],
    ["/cves", ["CVE-2026-40361", "CVE-2026-9001"]],
    ["/cves?q=openssl", ["CVE-2026-40361"]],
    ["/cves?order=id&direction=descending", ["CVE-2026-9001", "CVE-2026-40361"]],
  ];
  for (const [path, ids] of lists) {
    it(`list what a link asks for: ${path}`, async () => {
      expect((await shown().list(path)).rows.map(({ id }) => id)).to.deep.equal(ids);
    });
  }

  it("sort nodes", async () => {
    const { details } = shown();
    expect(nodes(await details("/cves/CVE-2026-40361?order=due&direction=descending"))[0]).to.equal(nodeId(2));
    expect(nodes(await details("/cves/CVE-2026-40361?order=since"))[0]).to.equal(nodeId(1));
  });

  it("say what is not known of an id that no finding names, and keep it as text", async () => {
    const { details } = shown({ findings: [LINUX, some(6), blindSpotFinding(nodeId(4))] });
    const { total, gaps } = await details("/cves/CVE-2026-1");
    expect(total).to.equal(0);
    expect(gaps.words).to.equal(
      "No open finding names CVE-2026-1. 1 finding lists only some of its CVEs. The patch status of 1 node is unknown.",
    );
    const hostile = await details(`/patches/${encodeURIComponent(HOSTILE)}`);
    expect(hostile.id).to.equal(`=1+1 [2J<img src=x onerror="alert(1)">`);
    expect(hostile.reference).to.equal(undefined);
  });

  it("name the nodes that may have it too", async () => {
    const { gaps } = await shown().details("/cves/CVE-2026-40361");
    expect(gaps.words).to.equal("1 more node lists only some of its CVEs.");
    expect(gaps.nodes.map(({ nodeId: id }) => id)).to.deep.equal([nodeId(6)]);
  });

  it("download the nodes as CSV, safe in a spreadsheet", async () => {
    const named = withFields(complianceFinding(nodeId(3), [KERNEL]), { ComputerName: "=1+1" });
    const { routes } = shown({ findings: [named] });
    const answer = await routes.request("/patches/kernel/nodes.csv");
    expect(answer.headers.get("content-disposition")).to.include("attachment");
    const [head, line] = (await answer.text()).split("\n");
    expect(head).to.match(/^"account","region","severity","node_id","computer_name","platform","owner"/);
    expect(line).to.include(`"LOW","${nodeId(3)}",`);
    expect((await (await routes.request("/patches/none/nodes.csv")).text()).trim()).to.equal(head);
  });

  it("answer in less than 100 KB, whatever findings contain", async () => {
    const long = Array.from({ length: 60 }, (_, at) => {
      const finding = complianceFinding(nodeId(at), [
        { id: `p${at}${"W".repeat(2_000)}`, title: "W".repeat(3_000) },
        KB,
      ]);
      return withFields(finding, { ComputerName: "W".repeat(3_000), PatchesSince: "W".repeat(900) });
    });
    const { get } = shown({ findings: long });
    for (const path of ["/patches", "/patches/KB5068781", "/cves", "/cves/CVE-2026-9001"]) {
      expect(JSON.stringify(await get(path)).length, path).to.be.below(100_000);
    }
    const { rows } = await get<LackedPage>("/patches?order=nodes");
    const { total } = await get<LackedDetails>(`/patches/${encodeURIComponent(rows[0]?.id ?? "")}`);
    expect(total).to.equal(1);
  });
});

describe("patches that findings do not list", () => {
  it("are read without being asked if that is free", async () => {
    const { details, list, read } = shown({ free: true });
    const cve = await details("/cves/CVE-2026-7");
    expect(nodes(cve)).to.deep.equal([nodeId(6)]);
    expect(cve.gaps).to.deep.equal({ nodes: [], moreNodes: 0 });
    expect((await list("/patches?q=bash")).total).to.equal(1);
    expect(read).to.deep.equal([nodeId(6)]);
  });

  it("are read only when a person asks, if that costs requests", async () => {
    const { details, read } = shown();
    expect((await details("/cves/CVE-2026-7")).gaps.check).to.include({ next: 1, running: false, done: 0 });
    expect(read).to.deep.equal([]);
    expect((await details("/cves/CVE-2026-7?read=all")).gaps.check).to.include({ running: true, total: 1 });
    const cve = await checked(() => details("/cves/CVE-2026-7"));
    expect(nodes(cve)).to.deep.equal([nodeId(6)]);
    expect(cve.gaps.check).to.deep.equal({ next: 0, running: false, done: 1, total: 1, unreadable: 0 });
  });

  it("stay unknown if they cannot be read, and the page says so", async () => {
    const { details } = shown({ patchRows: () => Promise.resolve(undefined) });
    await details("/cves/CVE-2026-7?read=all");
    const { gaps } = await checked(() => details("/cves/CVE-2026-7"));
    expect(gaps.check).to.deep.equal({ next: 0, running: false, done: 1, total: 1, unreadable: 1 });
    expect(gaps.words).to.match(/1 finding lists only some/);
  });

  it("are no longer read after a failure, until somebody asks again", async () => {
    let fails = true;
    const { details, read } = shown({
      findings: [some(6), some(7)],
      patchRows: () => (fails ? Promise.reject(new Error("AWS denies it.")) : Promise.resolve(ROWS)),
    });
    await details("/cves/CVE-2026-7?read=all");
    const { gaps } = await checked(() => details("/cves/CVE-2026-7"));
    expect(gaps.check).to.include({ next: 2, done: 0, total: 2, problem: "AWS denies it." });
    expect(read).to.have.lengthOf(1);
    fails = false;
    await details("/cves/CVE-2026-7?read=all");
    const after = await checked(() => details("/cves/CVE-2026-7"));
    expect(after.total).to.equal(2);
    expect(after.gaps.check).to.not.have.property("problem");
  });

  it("are read of at most 200 nodes at once", async () => {
    const { details } = shown({ findings: Array.from({ length: 230 }, (_, at) => some(at)) });
    expect((await details("/cves/CVE-2026-7?read=all")).gaps.check).to.include({ total: 200 });
    const { gaps, total } = await checked(() => details("/cves/CVE-2026-7"));
    expect([total, gaps.check?.next]).to.deep.equal([200, 30]);
  });
});

describe("the search box of the header", () => {
  const NODES = [
    { nodeId: "i-1", name: "web-win-1.corp.example.com" },
    { nodeId: "i-2", name: "twin.a" },
    { nodeId: "i-3", name: "twin.b" },
  ];
  const cases: [text: string, view: string, open: string | undefined, query: string | undefined][] = [
    [" cve-2026-40361 ", "cves", "CVE-2026-40361", undefined],
    ["kb5068781", "patches", "KB5068781", undefined],
    ["I-0a11c2e5d7f90b3a1", "findings", "i-0a11c2e5d7f90b3a1", undefined],
    ["mi-0a11c2e5d7f90b3a1", "findings", "mi-0a11c2e5d7f90b3a1", undefined],
    ["web-win-1", "findings", "i-1", undefined],
    ["WEB-WIN-1.corp.example.com", "findings", "i-1", undefined],
    ["twin", "findings", undefined, "twin"],
    ["5068781", "patches", "KB5068781", undefined],
    ["5068782", "findings", undefined, "5068782"],
    ["OpenSSL", "patches", "openssl.x86_64", undefined],
    ["curl", "findings", undefined, "curl"],
    ["CVE-2026-40361 payments", "findings", undefined, "CVE-2026-40361 payments"],
    ["#/x?y=<b>", "findings", undefined, "#/x?y=<b>"],
    [" ", "findings", undefined, undefined],
  ];
  for (const [text, view, open, query] of cases) {
    it(`understands ${JSON.stringify(text)}`, () => {
      const target = goTarget(text, NODES, ["KB5068781", "openssl.x86_64", "curl.x86_64", "curl.i686"]);
      expect([target.view, target.open, target.q]).to.deep.equal([view, open, query]);
    });
  }
});
