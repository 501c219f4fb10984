import { expect } from "chai";
import fc from "fast-check";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { patchKey, patchNames } from "../../presentation/findings/patch-names.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "../fixtures/finding-samples.ts";
import { FIXED, hostileText, nodeId } from "../fixtures/node-fixtures.ts";

const NODE = nodeId(1);
const ours = (parts: object = {}) =>
  complianceFinding(
    NODE,
    [
      { id: "KB1", title: "Update for A, B (KB1)", level: "HIGH", cves: "CVE-2026-10001" },
      { id: "KB2", title: "B", state: "Failed" },
    ],
    parts,
  );

function view(finding: unknown): FindingView {
  const found = findingView(finding);
  if (found === undefined) throw new Error("it is a finding");
  return found;
}

describe("finding view", () => {
  const parts: [name: string, finding: unknown, expected: Partial<FindingView>][] = [
    [
      "of a noncompliant node",
      ours(),
      {
        kind: "compliance",
        nodeId: NODE,
        severity: "HIGH",
        computerName: `${NODE}.example.com`,
        platform: "Ubuntu",
        platformVersion: "24.04",
        patchGroup: "web",
        complianceStatus: "FAILED",
        severityReason: "HIGH: the patch baseline sets the compliance level HIGH",
        severityDecidedBy: "KB1",
        causes: [
          { cause: "missing", count: 1 },
          { cause: "failed", count: 1 },
        ],
        worstPatches: ["KB1 (Update for A, B (KB1))", "KB2 (B)"],
        vulnerabilities: [
          { id: "CVE-2026-10001", url: "https://nvd.nist.gov/vuln/detail/CVE-2026-10001", patches: ["KB1"] },
        ],
        overdue: false,
      },
    ],
    [
      "of a blind spot",
      blindSpotFinding(NODE),
      { kind: "blindSpot", blindSpot: "noData", severity: "MEDIUM", causes: [], nodeId: NODE },
    ],
    [
      "of AWS's own integration",
      NATIVE_FINDING,
      {
        kind: "other",
        nodeId: "i-02573cafcfEXAMPLE",
        region: "us-east-2",
        companyName: "AWS",
        causes: [{ cause: "missing", count: 2 }],
        worstPatches: [],
      },
    ],
    [
      "that a person edited",
      ours({ Severity: { Label: "LOW" }, Note: { Text: "mine", UpdatedBy: "ann" }, Workflow: { Status: "NOTIFIED" } }),
      { severity: "LOW", workflowStatus: "NOTIFIED", note: { text: "mine", by: "ann" } },
    ],
    ["that is overdue", ours({ ProductFields: { "PatchFindings/Overdue": "true" } }), { overdue: true }],
    [
      "that was overdue",
      ours({ RecordState: "ARCHIVED", ProductFields: { "PatchFindings/Overdue": "true" } }),
      { overdue: false },
    ],
    [
      "of which nothing is known",
      { Id: "x" },
      { id: "x", severity: "INFORMATIONAL", nodeId: "", recordState: "ACTIVE" },
    ],
    [
      "with members that are not as the format says",
      {
        Id: "x",
        Severity: [1],
        Resources: [null],
        ProductFields: "a",
        Vulnerabilities: [7, {}],
        PatchSummary: { MissingCount: -1 },
      },
      { severity: "INFORMATIONAL", vulnerabilities: [], causes: [] },
    ],
    ["with unsafe text", { Id: "x", Title: "a\u001b[31mb\u202ec\n\ud800" }, { title: "a [31mb c \ufffd" }],
  ];
  for (const [name, finding, expected] of parts) {
    it(name, () => {
      expect(view(finding)).to.deep.include(expected);
    });
  }

  const links: [url: unknown, expected: string | undefined][] = [
    ["https://example.com/a?b#c", "https://example.com/a?b#c"],
    ['https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"],
    ["http://example.com/", undefined],
    ["javascript:alert(1)", undefined],
    [" JAVASCRIPT:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["https://user:secret@example.com/", undefined],
    ["//example.com", undefined],
    [7, undefined],
  ];
  for (const [url, expected] of links) {
    it(`${expected === undefined ? "drops" : "keeps"} the link ${JSON.stringify(url)}`, () => {
      const { sourceUrl, remediation, vulnerabilities } = view({
        Id: "x",
        SourceUrl: url,
        Remediation: { Recommendation: { Url: url } },
        Vulnerabilities: [{ Id: "CVE", ReferenceUrls: [url] }],
      });
      expect([sourceUrl, remediation?.url, vulnerabilities[0]?.url]).to.deep.equal([expected, expected, expected]);
    });
  }

  it("returns undefined for values that are not findings", () => {
    for (const each of [undefined, null, 1, "x", [], {}, { Id: "" }, { Id: 7 }, { Id: "\u0000" }]) {
      expect(findingView(each)).to.equal(undefined);
    }
  });

  it("never throws, and its text is one line", () => {
    const finding = fc.object({
      key: fc.constantFrom(...Object.keys(NATIVE_FINDING), "Label", "Id", "Other", "PatchFindings/WorstPatches"),
      values: [hostileText(), fc.anything({ maxDepth: 1 })],
      maxKeys: 8,
    });
    const strings = (value: unknown): string[] =>
      typeof value === "object" && value !== null
        ? Object.values(value).flatMap(strings)
        : typeof value === "string"
          ? [value]
          : [];
    fc.assert(
      fc.property(finding, (each) => {
        for (const text of strings(findingView({ ...each, Id: "x" }))) {
          expect(text).not.to.match(/[\p{Cc}\p{Cs}\u2028\u202e]/u);
        }
      }),
      FIXED,
    );
  });
});

describe("patch names", () => {
  const cases: [text: string | undefined, names: string[]][] = [
    [undefined, []],
    ["12 in all", []],
    ["KB1 (A, B), KB2 (C (D, E)) and 3 more", ["KB1 (A, B)", "KB2 (C (D, E))"]],
    ["a.x86_64:1:2, b) c, d", ["a.x86_64:1:2", "b) c", "d"]],
  ];
  for (const [text, names] of cases) it(text ?? "nothing", () => expect(patchNames(text)).to.deep.equal(names));

  for (const [name, key] of [
    ["KB1 (A)", "KB1"],
    ["openssl.amd64:3.0.2-0ubuntu1", "openssl.amd64"],
    ["(odd)", "(odd)"],
  ] as const) {
    it(`${name} counts as ${key}`, () => expect(patchKey(name)).to.equal(key));
  }
});
