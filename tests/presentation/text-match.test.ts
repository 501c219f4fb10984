import { expect } from "chai";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import {
  hasCve,
  hasName,
  hasPatch,
  isInPatchGroup,
  isNamed,
  isOnPlatform,
  listsSomeCves,
  namesSomePatches,
} from "../../presentation/findings/text-match.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const finding = complianceFinding(nodeId(1), [{ id: "KB1" }]);
/** A finding of Ubuntu 24.04 in patch group "web" whose worst patches and CVEs are these. */
function naming(worst: string, cves: readonly string[] = [], total?: string): FindingView {
  const view = findingView({
    ...finding,
    Vulnerabilities: cves.map((id) => ({ Id: id })),
    ProductFields: {
      ...finding.ProductFields,
      "PatchFindings/WorstPatches": worst,
      "PatchFindings/Vulnerabilities": total,
    },
  });
  if (view === undefined) throw new Error("no view");
  return view;
}

describe("the match of findings by text", () => {
  const patches = "KB5068781 (2026-11 update, for servers), openssl.x86_64:1:3.0.2, python3.11-libs:3.11.2 and 3 more";
  for (const [text, expected] of [
    ["KB5068781", true],
    [" kb5068781 ", true],
    ["KB506878", false],
    ["KB50687810", false],
    ["openssl", true],
    ["openssl.x86_64", true],
    ["openssl.x86_64:1", true],
    ["openssl.x86_64:1:3", true],
    ["openssl.x86_64:1:3.0.2", true],
    ["openssl.x86_64:1:3.0.21", false],
    ["open", false],
    ["python3", false],
    ["python3.11-libs", true],
    ["2026-11", false],
    ["3 more", false],
  ] as const) {
    it(`${expected ? "finds" : "does not find"} the patch ${JSON.stringify(text)}`, () => {
      expect(hasPatch(naming(patches), text)).to.equal(expected);
    });
  }

  it("finds a name by its part, and exactly", () => {
    const view = naming("KB1");
    expect([hasName(view, "EXAMPLE.com"), hasName(view, nodeId(1).slice(5)), hasName(view, "db")]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect([isNamed(view, `${nodeId(1)}.Example.COM`), isNamed(view, nodeId(1))]).to.deep.equal([true, false]);
  });

  it("finds platforms by their part, and patch groups exactly", () => {
    const view = naming("KB1");
    expect(["ubuntu", "ntu 24", "24.10"].map((text) => isOnPlatform(view, text))).to.deep.equal([true, true, false]);
    expect(["WEB", "we", ""].map((text) => isInPatchGroup(view, text))).to.deep.equal([true, false, false]);
  });

  it("finds CVEs in any case, and knows whether some are not listed", () => {
    const view = naming("KB1 and 2 more", ["CVE-2026-40361"], "12, 11 of them not listed");
    expect([hasCve(view, "cve-2026-40361"), hasCve(view, "CVE-2026-4036")]).to.deep.equal([true, false]);
    expect([listsSomeCves(view), namesSomePatches(view)]).to.deep.equal([true, true]);
    const complete = naming("KB1", ["CVE-2026-40361"], "1");
    expect([listsSomeCves(complete), namesSomePatches(complete)]).to.deep.equal([false, false]);
  });
});
