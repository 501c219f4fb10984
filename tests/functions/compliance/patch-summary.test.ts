import { expect } from "chai";
import fc from "fast-check";
import { CAUSES, type Cause } from "../../../contract/causes.ts";
import type { SeverityLabel } from "../../../contract/severity.ts";
import { COMPLIANCE_LEVELS, noncompliantPatch, type Patch, type Rated } from "../../../functions/compliance/patch.ts";
import { summarizePatches } from "../../../functions/compliance/patch-summary.ts";
import { PATCHES_BUDGET } from "../../../functions/compliance/reading.ts";
import { isWorse, rate } from "../../../functions/compliance/severity.ts";
import { FIXED, hostileText, patch, row, summary } from "../../fixtures/node-fixtures.ts";

const STATES = ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected", "AvailableSecurityUpdate", "Odd"];
const EVERY_CAUSE: readonly Cause[] = [...CAUSES.map(({ cause }) => cause), "unknown"];
const WORDS = ["Critical", "IMPORTANT", "moderate", "Medium", "Low", "Unspecified", "", "optional"];

const anyCves = fc
  .tuple(fc.integer({ min: 1000, max: 1_000_000 }), fc.integer({ min: 0, max: 400 }))
  .map(([from, count]) => Array.from({ length: count }, (_, index) => `CVE-2024-${from + index}`).join(","));

/** Patches as hostile rows make them. */
const anyPatches = fc
  .array(
    fc.record({
      id: hostileText(),
      title: hostileText(),
      state: fc.constantFrom(...STATES),
      level: fc.constantFrom(...COMPLIANCE_LEVELS),
      vendor: fc.oneof(fc.constantFrom(...WORDS), hostileText(60)),
      classification: fc.oneof(fc.constantFrom("Security", "Bugfix"), hostileText(60)),
      cves: fc.oneof(fc.constant(""), anyCves),
    }),
    { maxLength: 60 },
  )
  .map((rows) => rows.flatMap((parts) => noncompliantPatch(row(parts)) ?? []));

function worstLabel(rateds: readonly Rated[], platform: string): SeverityLabel | undefined {
  return rateds
    .map((one) => rate(one, platform, []).label)
    .reduce<SeverityLabel | undefined>(
      (worst, one) => (worst === undefined || isWorse(one, worst) ? one : worst),
      undefined,
    );
}

describe("summarizePatches", () => {
  it("counts every patch once, by cause, and distinct CVEs over all of them", () => {
    const rows = STATES.flatMap((state, index) =>
      Array.from({ length: index + 1 }, () => patch({ state, cves: `CVE-2024-1000${index},CVE-2024-99999` })),
    );
    const { total, causes, cves } = summary(...rows);
    expect(total).to.equal(21);
    const counted = EVERY_CAUSE.map((cause) => causes[cause]).filter((count) => count > 0);
    expect(counted).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(cves).to.equal(7);
  });

  it("is empty if nothing is noncompliant", () => {
    expect(summary()).to.deep.include({ total: 0, kinds: [], worst: [], cves: 0 });
  });

  it("lists the worst first: by compliance level, then vendor severity, then number of CVEs, then name", () => {
    const ids = summary(
      patch({ id: "e" }),
      patch({ id: "d", vendor: "Low" }),
      patch({ id: "c2", level: "HIGH", vendor: "Low" }),
      patch({ id: "c1", level: "HIGH", vendor: "Low" }),
      patch({ id: "c0", level: "HIGH", vendor: "Low", cves: "CVE-2024-1111" }),
      patch({ id: "b", level: "HIGH", vendor: "Critical" }),
      patch({ id: "a", level: "CRITICAL" }),
    ).worst.map(({ id }) => id);
    expect(ids).to.deep.equal(["a", "b", "c0", "c1", "c2", "d", "e"]);
  });

  it("puts patches of one kind together, in upper or lower case", () => {
    const { kinds } = summary(patch({ id: "b", vendor: "LOW" }), patch({ id: "a", vendor: "Low" }), patch({ id: "c" }));
    expect(kinds).to.deep.equal([
      { level: "UNSPECIFIED", vendor: "Low", classification: "SecurityUpdates", example: "a", count: 2 },
      { level: "UNSPECIFIED", classification: "SecurityUpdates", example: "c", count: 1 },
    ]);
  });

  it("carries thousands of patches with hundreds of CVEs in its budget", () => {
    const patches = Array.from({ length: 5_000 }, (_, index) => {
      const cves = Array.from({ length: 300 }, (_each, cve) => `CVE-2024-${10_000 + index + cve}`).join(",");
      return patch({ id: `KB${index}`, title: "\u{1F4A5}".repeat(300), cves: index < 200 ? cves : "" });
    });
    const brief = summary(...patches);
    expect(brief).to.include({ total: 5_000, cves: 499 });
    expect(Buffer.byteLength(JSON.stringify(brief))).to.be.at.most(PATCHES_BUDGET);
    expect(brief.worst.length).to.be.at.least(2);
  });

  it("keeps exact totals, its order and its budget for any patches", () => {
    const shuffled = anyPatches.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 2_200, max: 4_000 }), ([patches, other], budget) => {
        const brief = summarizePatches(patches, budget);
        expect(summarizePatches(other, budget)).to.deep.equal(brief);
        expect(Buffer.byteLength(JSON.stringify(brief))).to.be.at.most(budget);
        expect(brief.total).to.equal(patches.length);
        expect(EVERY_CAUSE.reduce((sum, cause) => sum + brief.causes[cause], 0)).to.equal(patches.length);
        expect(brief.kinds.reduce((sum, { count }) => sum + count, 0)).to.equal(patches.length);
        expect(brief.cves).to.equal(new Set(patches.flatMap(({ cves }) => cves)).size);
        for (const one of brief.worst) expect(patches.map(({ id }) => id)).to.include(one.id);
      }),
      { ...FIXED, numRuns: 150 },
    );
  });
});

describe("summarizePatches: kinds", () => {
  const label = (patches: readonly Patch[], platform: string) => ({
    ofKinds: worstLabel(summary(...patches).kinds, platform),
    ofAll: worstLabel(patches, platform),
  });

  it("keep a kind that its vendor calls critical before many milder kinds", () => {
    const mild = Array.from({ length: 40 }, (_, index) => patch({ level: "LOW", classification: `Feature ${index}` }));
    const { ofKinds, ofAll } = label([...mild, patch({ vendor: "Critical" })], "Amazon Linux");
    expect(ofAll).to.equal("CRITICAL");
    expect(ofKinds).to.equal("CRITICAL");
  });

  it("count every patch even if they are merged", () => {
    const pairs = Array.from({ length: 40 }, (_, index) => patch({ level: "LOW", classification: `Feature ${index}` }));
    const { kinds, total } = summary(...pairs, ...pairs);
    expect(kinds.length).to.be.below(40);
    expect(kinds.reduce((sum, { count }) => sum + count, 0))
      .to.equal(total)
      .and.to.equal(80);
  });

  it("give the same severity as all patches do under the default policy", () => {
    const milder = fc.array(fc.tuple(fc.constantFrom("MEDIUM", "LOW", "INFORMATIONAL"), hostileText(40)), {
      maxLength: 40,
    });
    const both = fc
      .tuple(anyPatches, milder)
      .map(([patches, more]) => [
        ...patches.filter(({ level }) => level !== "CRITICAL" && level !== "HIGH"),
        ...more.map(([level, classification]) => patch({ level, classification })),
      ]);
    fc.assert(
      fc.property(both, fc.constantFrom("Ubuntu", "Amazon Linux"), (patches, platform) => {
        const { ofKinds, ofAll } = label(patches, platform);
        expect(ofKinds).to.equal(ofAll);
      }),
      { ...FIXED, numRuns: 200 },
    );
  });
});

describe("summarizePatches: the order does not depend on the rating", () => {
  it("puts an UNSPECIFIED patch that its vendor calls critical before one of level LOW, on any platform", () => {
    const { worst } = summary(patch({ id: "low", level: "LOW" }), patch({ id: "vendor", vendor: "Critical" }));
    expect(worst.map(({ id }) => id)).to.deep.equal(["vendor", "low"]);
  });
});
