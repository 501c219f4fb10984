import { expect } from "chai";
import { causesOf, chooseSeverity, SEVERITY_BUDGET } from "../../../functions/compliance/node-severity.ts";
import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { perCause } from "../../../contract/causes.ts";
import { SEVERITY_LABELS } from "../../../contract/severity.ts";
import { DEFAULT_POLICIES } from "../../../contract/policies.ts";
import type { SeverityRule } from "../../../contract/severity-rules.ts";
import { counts, minutes, noncompliantSource, patch, rated, source } from "../../fixtures/node-fixtures.ts";

function choose(sources: readonly SourceReading[], platformName?: string, rules: readonly SeverityRule[] = []) {
  const { evidence } = rated(sources);
  return chooseSeverity(
    { ...evidence, ...(platformName !== undefined && { node: { platformName } }) },
    {
      ...DEFAULT_POLICIES,
      severityRules: rules,
    },
  );
}

const association = (parts: Partial<SourceReading> = {}) =>
  source({ kind: "Association", status: "NON_COMPLIANT", counts: counts({ missing: 2 }), ...parts });

describe("chooseSeverity", () => {
  const low = patch({ id: "low", level: "LOW" });
  const high = patch({ id: "high", level: "HIGH" });
  const vendorCritical = patch({ id: "vendor", vendor: "Critical" });
  const cases: [name: string, sources: SourceReading[], expected: object, platform?: string][] = [
    ["the worst patch decides", [noncompliantSource([low, high])], { label: "HIGH", decidedBy: "high", source: 0 }],
    [
      "also if the vendor names it and the baseline does not",
      [noncompliantSource([low, vendorCritical])],
      { label: "CRITICAL", decidedBy: "vendor", original: "Critical" },
    ],
    [
      "but not on Debian",
      [noncompliantSource([low, vendorCritical])],
      { label: "LOW", decidedBy: "low", original: "LOW" },
      "Ubuntu",
    ],
    [
      "the worst source decides",
      [noncompliantSource([low]), association({ nonCompliantSeverity: "CRITICAL" })],
      { label: "CRITICAL", source: 1, original: "CRITICAL" },
    ],
    [
      "a compliant source does not",
      [source(), noncompliantSource([low])],
      { label: "LOW", decidedBy: "low", source: 1 },
    ],
    [
      "what Systems Manager reports for an association goes before counts",
      [association({ nonCompliantSeverity: "LOW", counts: counts({ missing: 2, criticalNonCompliant: 2 }) })],
      { label: "LOW", original: "LOW" },
    ],
    [
      "what inventory reports goes before its rows",
      [noncompliantSource([vendorCritical], { kind: "Inventory", nonCompliantSeverity: "MEDIUM" })],
      { label: "MEDIUM", original: "MEDIUM" },
    ],
    [
      "the rows decide if Inventory's severity is not usable",
      [noncompliantSource([vendorCritical], { kind: "Inventory", nonCompliantSeverity: "UNSPECIFIED" })],
      { label: "CRITICAL", decidedBy: "vendor" },
    ],
    [
      "counts only, some critical",
      [source({ counts: counts({ missing: 3, criticalNonCompliant: 1 }) })],
      { label: "CRITICAL", original: "CRITICAL" },
    ],
    ["counts only, none critical", [source({ counts: counts({ missing: 3 }) })], { label: "INFORMATIONAL" }],
    [
      "compliant",
      [source()],
      { label: "INFORMATIONAL", original: "COMPLIANT", reason: "the node complies with its patch baseline", source: 0 },
    ],
  ];
  for (const [name, sources, expected, platform] of cases) {
    it(name, () => {
      expect(choose(sources, platform)).to.deep.include(expected);
    });
  }

  it("follows the deployment's rules first", () => {
    const rules: SeverityRule[] = [{ complianceLevel: ["HIGH"], severity: "LOW" }];
    expect(choose([noncompliantSource([high])], undefined, rules)).to.include({ label: "LOW", original: "HIGH" });
  });

  it("takes the source with more problems if labels are equal, in any order and at any time", () => {
    const fewer = association({ nonCompliantSeverity: "HIGH", operationId: "a" });
    const more = association({ nonCompliantSeverity: "HIGH", operationId: "b", counts: counts({ missing: 3 }) });
    const twin = { ...fewer, operationId: "c", endedAt: minutes(-1) };
    const chosen = (...sources: SourceReading[]) => sources[choose(sources).source]?.operationId;
    expect([chosen(fewer, more), chosen(more, fewer)]).to.deep.equal(["b", "b"]);
    expect([chosen(fewer, twin), chosen(twin, fewer)]).to.deep.equal(["c", "c"]);
  });

  it("keeps its text within the format's limits", () => {
    const vendor = "\u{1F4A5}".repeat(30);
    const { original, reason } = choose([noncompliantSource([patch({ vendor })])], "\u{1F4A5}".repeat(16));
    expect(Array.from(original).length).to.be.at.most(64);
    expect(Buffer.byteLength(reason)).to.be.at.most(200);
  });

  it("takes no more bytes of the payload than its budget", () => {
    const longest = {
      ...{ label: "INFORMATIONAL", original: "o".repeat(60), reason: "r".repeat(200), source: 0 },
      ...{ decidedBy: "d".repeat(64), rules: "f".repeat(12), lacks: SEVERITY_LABELS, accepted: SEVERITY_LABELS },
      exceptions: { accept: "some", by: Array.from({ length: 10 }, (_, index) => 990 + index) },
    };
    const severity = JSON.stringify({ severity: longest }).slice(1, -1);
    expect(Buffer.byteLength(`${severity},`)).to.be.at.most(SEVERITY_BUDGET);
  });
});

describe("causesOf", () => {
  const none = { ...perCause(() => 0), unknown: 0 };
  const update = patch({ id: "u", state: "AvailableSecurityUpdate" });
  const cases: [name: string, source: SourceReading, causes: object][] = [
    ["compliant", source(), {}],
    ["the counts are exact", source({ counts: counts({ missing: 2, failed: 1 }) }), { missing: 2, failed: 1 }],
    [
      "the rows are counted if there are no counts",
      noncompliantSource([patch(), patch({ state: "Odd" })], { counts: counts() }),
      { missing: 1, unknown: 1 },
    ],
    [
      "rows add what has no count",
      noncompliantSource([patch(), update], { counts: counts({ missing: 5 }) }),
      { missing: 5, availableSecurityUpdate: 1 },
    ],
    [
      "compliant available updates are not counted",
      source({ counts: counts({ missing: 1, availableSecurityUpdate: 9 }) }),
      { missing: 1 },
    ],
  ];
  for (const [name, given, causes] of cases) {
    it(name, () => {
      expect(causesOf(given)).to.deep.equal({ ...none, ...causes });
    });
  }
});
