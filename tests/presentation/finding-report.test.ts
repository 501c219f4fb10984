import { expect } from "chai";
import fc from "fast-check";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { REPORT_POLICY } from "../../presentation/report/report.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";
import {
  byAge,
  byCause,
  bySeverity,
  causesInWords,
  topNodes,
  topPatches,
  worstFirst,
} from "../../presentation/findings/summary.ts";
import { shortened } from "../../presentation/findings/text.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "../fixtures/finding-samples.ts";
import { reportPage, texts } from "../fixtures/report-page.ts";
import { days, FIXED, hostileText, nodeId, READ_AT } from "../fixtures/node-fixtures.ts";

const NOW = new Date(READ_AT);
const SUBJECT = { title: "Patch findings", account: "111122223333", region: "us-east-2", generatedAt: NOW };

const missing = (id: string, level: string) => ({ id, title: id, level });
const findings = [
  complianceFinding(nodeId(1), [missing("KB1", "HIGH"), { ...missing("KB2", "LOW"), state: "Failed" }]),
  complianceFinding(nodeId(2), [missing("KB1", "CRITICAL")]),
  blindSpotFinding(nodeId(3)),
  complianceFinding(nodeId(4), [missing("KB1", "HIGH")], { RecordState: "ARCHIVED" }),
  complianceFinding(nodeId(5), [missing("KB1", "HIGH")], { Workflow: { Status: "SUPPRESSED" } }),
  NATIVE_FINDING,
];
const views = findings.flatMap((finding) => findingView(finding) ?? []);

describe("summary of findings", () => {
  it("counts severities, causes, nodes and patches", () => {
    const open = views.slice(0, 3);
    expect(bySeverity(open).map(({ findings: count }) => count)).to.deep.equal([1, 1, 1, 0, 0]);
    expect(byCause(open)).to.deep.equal([
      { cause: "missing", findings: 2, patches: 2 },
      { cause: "failed", findings: 1, patches: 1 },
      { cause: "patch status unknown", findings: 1, patches: 0 },
    ]);
    expect(topNodes(open, 5)).to.deep.equal([
      { nodeId: nodeId(1), computerName: `${nodeId(1)}.example.com`, severity: "HIGH", patches: 2 },
      { nodeId: nodeId(2), computerName: `${nodeId(2)}.example.com`, severity: "CRITICAL", patches: 1 },
    ]);
    expect(topPatches(open, 5)).to.deep.equal([
      { patch: "KB1", nodes: 2 },
      { patch: "KB2", nodes: 1 },
    ]);
    expect(worstFirst(open).map(({ severity }) => severity)).to.deep.equal(["CRITICAL", "HIGH", "MEDIUM"]);
  });

  it("names causes in the singular or plural", () => {
    const causes = (count: number) => [
      { cause: "missing", count },
      { cause: "available security update", count },
    ];
    expect(causesInWords(causes(1))).to.equal("1 missing, 1 available security update");
    expect(causesInWords(causes(2))).to.equal("2 missing, 2 available security updates");
  });

  const ages: [since: string, age: string | undefined][] = [
    [days(0), "less than a day"],
    [days(-1), "1 to 7 days"],
    [days(-7), "7 to 30 days"],
    [days(-30), "30 to 90 days"],
    [days(-90), "90 days or more"],
    [days(1), "less than a day"],
    ["never", undefined],
  ];
  for (const [since, age] of ages) {
    it(`open since ${since}: ${age ?? "left out"}`, () => {
      const view: FindingView[] = views.slice(0, 1).map((one) => ({ ...one, openSince: since }));
      expect(byAge(view, NOW).find(({ findings: count }) => count > 0)?.age).to.equal(age);
    });
  }
});

describe("severity colours", () => {
  /** Relative luminance, as WCAG 2.2 defines it. */
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  it("carry black text, and each has its own shape", () => {
    const styles = Object.values(SEVERITY_STYLES);
    for (const { color } of styles) expect((luminance(color) + 0.05) / 0.05, color).to.be.at.least(4.5);
    expect(new Set(styles.map(({ shape }) => shape)).size).to.equal(styles.length);
  });
});

describe("report", () => {
  const page = reportPage(findings, SUBJECT);

  it("lists the open findings of this program, worst first, and counts the others", () => {
    expect(texts(page, "tbody th code")).to.deep.equal([nodeId(2), nodeId(1), nodeId(3)]);
    expect(texts(page, ".facts li")).to.include.members([
      "Account 111122223333",
      "1 closed",
      "1 suppressed, or resolved by a person",
      "1 finding of other products not shown",
    ]);
  });

  const shortName = (node: number) => shortened(`${nodeId(node)}.example.com`, 28);
  it("draws four plots, each described in words", () => {
    const figures = [...page.querySelectorAll("figure svg[role=img]")];
    expect([...page.querySelectorAll("svg g[aria-label]")], "no names without a role").to.deep.equal([]);
    expect(figures.map((svg) => svg.getAttribute("aria-description"))).to.deep.equal([
      "missing: 2; failed: 1; patch status unknown: 1",
      "less than a day: 0; 1 to 7 days: 3; 7 to 30 days: 0; 30 to 90 days: 0; 90 days or more: 0",
      `▲ ${shortName(1)}: 2; ◆ ${shortName(2)}: 1`,
      "KB1: 2; KB2: 1",
    ]);
  });

  it("counts all CVEs of a finding, also those that the finding does not list", () => {
    const vulnerabilities = Array.from({ length: 12 }, (_, index) => ({ Id: `CVE-2026-${1000 + index}` }));
    const finding = complianceFinding(nodeId(1), [missing("KB1", "HIGH")], {
      Vulnerabilities: vulnerabilities,
      ProductFields: { "PatchFindings/Vulnerabilities": "725 CVEs, 713 of them not listed" },
    });
    const listed = texts(reportPage([finding], SUBJECT), "tbody td p").find((text) => text.includes("CVE-"));
    expect(listed).to.match(/^725 CVEs: CVE-2026-1000, CVE-2026-1001, CVE-2026-1002 and 722 more$/);
  });

  it("loads no resources and runs no script", () => {
    expect([...page.querySelectorAll("meta[http-equiv]")].map((meta) => meta.getAttribute("content"))).to.deep.equal([
      REPORT_POLICY,
    ]);
    expect(REPORT_POLICY).to.match(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(texts(page, "script, link, img, iframe, object, form")).to.deep.equal([]);
    expect([...page.querySelectorAll("[src], [srcset], [background]")]).to.deep.equal([]);
  });

  it("is a page even if no finding is open", () => {
    expect(texts(reportPage([], SUBJECT), "header > p:last-child, #findings > p")).to.deep.equal([
      "No open findings. There is nothing to do.",
      "None.",
    ]);
  });

  it("shows hostile text as text", () => {
    const tags = [
      "HTML",
      "HEAD",
      "META",
      "TITLE",
      "STYLE",
      "BODY",
      "MAIN",
      "HEADER",
      "H1",
      "H2",
      "UL",
      "LI",
      "SPAN",
      "DIV",
    ];
    tags.push("FIGURE", "FIGCAPTION", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "P", "CODE", "A");
    tags.push("SECTION", "CAPTION", "OL", "DL", "DT", "DD", "STRONG");
    tags.push("SVG", "G", "PATH", "RECT", "TEXT", "TSPAN");
    const hostile = fc.oneof(
      hostileText(40),
      fc.constantFrom(
        ...[
          "<script>alert(1)</script>",
          "</title></style><img src=x onerror=alert(1)>",
          `" onclick="x`,
          "<!--",
          "&lt;b>",
        ],
        ...["]]></svg><svg onload=x>", "javascript:alert(1)", "https://x/\"'><b>", "a\u202eb\u2066c"],
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (a, b, c) => {
        const own = complianceFinding(nodeId(1), [missing("KB1", "HIGH")]);
        const finding = {
          ...own,
          Title: a,
          Resources: [{ Id: `x/${a.replaceAll("/", "")}`, Details: { Other: { ComputerName: b, PlatformName: c } } }],
          SourceUrl: b,
          Note: { Text: c, UpdatedBy: a },
          Vulnerabilities: [{ Id: a, ReferenceUrls: [b] }],
          Remediation: { Recommendation: { Text: c, Url: a } },
          ProductFields: { ...own.ProductFields, "PatchFindings/WorstPatches": b, "PatchFindings/SeverityReason": c },
        };
        const root = reportPage([finding], { ...SUBJECT, title: a, account: b, region: c });
        const elements = [root, ...root.querySelectorAll("*")];
        expect(elements.map(({ tagName }) => tagName.toUpperCase())).to.satisfy((names: string[]) =>
          names.every((name) => tags.includes(name)),
        );
        for (const { attributes } of elements) {
          for (const { name, value } of attributes) {
            expect(name).not.to.match(/^on|^src/);
            if (name === "href") expect(value).to.match(/^https:/);
          }
        }
        const view = findingView(finding);
        expect(texts(root, "title")).to.deep.equal(texts(root, "h1"));
        expect(texts(root, "tbody th code")).to.deep.equal([view?.nodeId]);
        expect(texts(root, ".findings tbody td:nth-child(5) p")).to.deep.equal(
          [view?.remediation?.text ?? []].flat().map((text) => shortened(text, 400)),
        );
      }),
      { ...FIXED, numRuns: 40 },
    );
  });
});
