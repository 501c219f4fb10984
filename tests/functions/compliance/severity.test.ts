import { SEVERITY_LABELS, type SeverityLabel } from "../../../contract/severity.ts";
import { expect } from "chai";
import { COMPLIANCE_LEVELS, type Rated } from "../../../functions/compliance/patch.ts";
import type { SeverityRule } from "../../../contract/severity-rules.ts";
import { isWorse, rate, rateWithoutPatches } from "../../../functions/compliance/severity.ts";
import { show } from "../../fixtures/node-fixtures.ts";

const bare = (vendor?: string): Rated => ({ level: "UNSPECIFIED", ...(vendor !== undefined && { vendor }) });

describe("rate: the default policy", () => {
  const platforms = [
    "Microsoft Windows Server 2022 Datacenter",
    "Amazon Linux",
    "Ubuntu",
    "Debian GNU/Linux",
    undefined,
  ];
  for (const level of COMPLIANCE_LEVELS.filter((one) => one !== "UNSPECIFIED")) {
    it(`compliance level ${level} is the severity, for any vendor severity`, () => {
      for (const platform of platforms) {
        for (const vendor of ["Critical", "Low", ""]) {
          const { label, original, reason } = rate({ level, vendor }, platform, []);
          expect({ label, original }).to.deep.equal({ label: level, original: level });
          expect(reason).to.equal(`the patch baseline sets the compliance level ${level}`);
        }
      }
    });
  }

  const vendors: [word: string | undefined, label: SeverityLabel][] = [
    ["Critical", "CRITICAL"],
    ["CRITICAL", "CRITICAL"],
    ["cRiTiCaL", "CRITICAL"],
    ["Important", "HIGH"],
    ["important", "HIGH"],
    ["Moderate", "MEDIUM"],
    ["Medium", "MEDIUM"],
    ["MEDIUM", "MEDIUM"],
    ["Low", "LOW"],
    ["Unspecified", "INFORMATIONAL"],
    ["None", "INFORMATIONAL"],
    ["High", "INFORMATIONAL"],
    ["constructor", "INFORMATIONAL"],
    ["__proto__", "INFORMATIONAL"],
    ["", "INFORMATIONAL"],
    [undefined, "INFORMATIONAL"],
  ];
  for (const [word, label] of vendors) {
    it(`UNSPECIFIED with vendor severity ${show(word)} is ${label}`, () => {
      for (const platform of ["Microsoft Windows Server 2019", "Red Hat Enterprise Linux", undefined]) {
        expect(rate(bare(word), platform, []).label, platform).to.equal(label);
      }
    });
  }

  const debian = ["Ubuntu", "ubuntu", "Debian GNU/Linux", "Raspbian GNU/Linux", "Raspberry Pi OS"];
  for (const platform of debian) {
    it(`${platform} has package priorities in the vendor's slot: INFORMATIONAL`, () => {
      for (const word of ["Important", "Required", "Critical", "Optional", "Extra", "Standard"]) {
        const { label, original, reason } = rate(bare(word), platform, []);
        expect({ label, original }).to.deep.equal({ label: "INFORMATIONAL", original: "UNSPECIFIED" });
        expect(reason).to.contain(`${platform} has package priorities instead of severities`);
      }
    });
  }

  it("explains the decision", () => {
    expect(rate(bare("Important"), "CentOS", [])).to.deep.equal({
      label: "HIGH",
      original: "Important",
      reason: "the patch baseline sets no compliance level (UNSPECIFIED), and the vendor's severity is Important",
    });
    for (const word of [undefined, "Unspecified"]) {
      expect(rate(bare(word), "CentOS", [])).to.deep.include({ original: "UNSPECIFIED" });
      expect(rate(bare(word), "CentOS", []).reason).to.match(/the vendor gives no severity$/);
    }
  });
});

describe("rate: a deployment's own rules", () => {
  const rules: SeverityRule[] = [
    { classification: ["Bugfix"], vendorSeverity: ["critical"], severity: "MEDIUM" },
    { platform: ["Ubuntu", "deb"], classification: ["security"], severity: "HIGH" },
    { complianceLevel: ["CRITICAL", "high"], classification: ["Feature"], severity: "LOW" },
    { classification: ["nothing"], complianceLevel: [], severity: "CRITICAL" },
  ];
  const cases: [name: string, rated: Rated, platform: string | undefined, label: SeverityLabel, rule?: number][] = [
    ["all conditions hold", { level: "CRITICAL", vendor: "Critical", classification: "bugfix" }, "x", "MEDIUM", 1],
    ["one condition does not hold", { ...bare("Important"), classification: "Bugfix" }, "x", "HIGH"],
    ["an absent word fits no condition", { level: "HIGH", vendor: "Critical" }, "x", "HIGH"],
    ["the platform by its beginning", { ...bare(), classification: "Security" }, "Debian GNU/Linux", "HIGH", 2],
    ["not by its middle", { ...bare(), classification: "Security" }, "My Ubuntu", "INFORMATIONAL"],
    ["an unknown platform", { ...bare(), classification: "Security" }, undefined, "INFORMATIONAL"],
    ["words in any case", { level: "HIGH", classification: "FEATURE" }, "x", "LOW", 3],
    ["an empty list never holds", { level: "LOW", classification: "nothing" }, "x", "LOW"],
  ];
  for (const [name, rated, platform, label, rule] of cases) {
    it(name, () => {
      const rating = rate(rated, platform, rules);
      expect(rating.label).to.equal(label);
      if (rule === undefined) expect(rating.reason).to.not.contain("rule");
      else expect(rating.reason).to.equal(`rule ${rule} of the setting severityRules sets ${label}`);
    });
  }

  it("the first matching rule decides", () => {
    const both: SeverityRule[] = [{ severity: "LOW" }, { severity: "CRITICAL" }];
    expect(rate(bare("Important"), "x", both)).to.deep.equal({
      label: "LOW",
      original: "Important",
      reason: "rule 1 of the setting severityRules sets LOW",
    });
  });
});

describe("rate: the value that decided, if a rule of the deployment matches", () => {
  const cases: [rated: Rated, original: string][] = [
    [{ level: "HIGH", vendor: "Critical" }, "HIGH"],
    [bare("Critical"), "Critical"],
    [bare(), "UNSPECIFIED"],
  ];
  for (const [rated, original] of cases) {
    it(`is ${original} for level ${rated.level} and vendor severity ${show(rated.vendor)}`, () => {
      expect(rate(rated, "x", [{ severity: "LOW" }]).original).to.equal(original);
    });
  }
});

describe("rateWithoutPatches", () => {
  const cases: [reported: unknown, critical: number, label: SeverityLabel, reason: RegExp][] = [
    ["HIGH", 0, "HIGH", /reports severity HIGH/],
    ["low", 3, "LOW", /reports severity LOW/],
    ["INFORMATIONAL", 0, "INFORMATIONAL", /reports severity INFORMATIONAL/],
    ["UNSPECIFIED", 2, "CRITICAL", /^2 noncompliant patches with compliance level CRITICAL/],
    [undefined, 1, "CRITICAL", /^1 noncompliant patch with compliance level CRITICAL/],
    [undefined, 0, "INFORMATIONAL", /no critical patch/],
    ["Important", 0, "INFORMATIONAL", /no critical patch/],
    ["__proto__", 0, "INFORMATIONAL", /no critical patch/],
  ];
  for (const [reported, critical, label, reason] of cases) {
    it(`${show(reported)} with ${critical} critical patches is ${label}`, () => {
      const rating = rateWithoutPatches(reported, critical);
      expect(rating.label).to.equal(label);
      expect(rating.reason).to.match(reason);
    });
  }

  it("names the value that decided", () => {
    const originals = [rateWithoutPatches("HIGH", 0), rateWithoutPatches("UNSPECIFIED", 2), rateWithoutPatches("", 0)];
    expect(originals.map(({ original }) => original)).to.deep.equal(["HIGH", "CRITICAL", "UNSPECIFIED"]);
  });

  it("labels are ordered from worst to mildest, and none is worse than itself", () => {
    const worse = SEVERITY_LABELS.flatMap((a) => SEVERITY_LABELS.filter((b) => isWorse(a, b)).map((b) => `${a}>${b}`));
    expect(worse).to.have.length(10);
    expect(worse).to.include.members(["CRITICAL>HIGH", "HIGH>MEDIUM", "MEDIUM>LOW", "LOW>INFORMATIONAL"]);
  });
});
