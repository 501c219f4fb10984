/** Selecting by what people know: name, patch, CVE, platform, patch group. */
import { expect } from "chai";
import { list, show } from "../../commands/findings.ts";
import { EVERYTHING, type FindingFilter } from "../../commands/findings/filter.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { given, paper } from "../fixtures/findings-fixtures.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const finding = (index: number, cves: readonly string[], fields: object = {}) => {
  const built = complianceFinding(nodeId(index), [{ id: `KB${index}` }]);
  return {
    ...built,
    Vulnerabilities: cves.map((id) => ({ Id: id })),
    ProductFields: { ...built.ProductFields, ...fields },
  };
};
const SOME = { "PatchFindings/Vulnerabilities": "40, 39 of them not listed" };
const source = given([
  finding(1, ["CVE-2026-40361"]),
  finding(2, ["CVE-2026-1111"], SOME),
  finding(3, ["CVE-2026-1111"], SOME),
  finding(4, [], { "PatchFindings/WorstPatches": "KB9 and 2 more" }),
]);

describe("npm run findings, by name", () => {
  for (const [what, filter, nodes] of [
    ["a part of the name", { name: `${nodeId(2)}.EXAMPLE` }, [2]],
    ["a patch", { patch: "kb1" }, [1]],
    ["a CVE", { cve: "CVE-2026-1111" }, [2, 3]],
    ["a platform and a patch group", { platform: "ubuntu", patchGroup: "WEB" }, [1, 2, 3, 4]],
    ["a patch on a platform without it", { patch: "KB1", platform: "windows" }, []],
  ] as const satisfies readonly (readonly [string, Partial<FindingFilter>, readonly number[]])[]) {
    it(`filters by ${what}`, async () => {
      const { entries } = await source.read({ ...EVERYTHING, ...filter });
      expect(entries.map(({ view }) => view.nodeId)).to.have.members([...nodes].map((node: number) => nodeId(node)));
    });
  }

  it("says which findings list only some of their CVEs or patches", async () => {
    const warnings = async (filter: Partial<FindingFilter>) => {
      const warned: string[] = [];
      await list(source, { ...EVERYTHING, ...filter }, "table", { ...paper(), warn: (text) => void warned.push(text) });
      return warned;
    };
    const names = [2, 3].map((node) => `${nodeId(node)}.example.com`).join(", ");
    expect(await warnings({ cve: "CVE-2026-40361" })).to.deep.equal([
      `2 findings list only some of their CVEs: ${names}`,
    ]);
    expect(await warnings({ patch: "KB1" })).to.deep.equal([
      `1 finding lists only some of its patches: ${nodeId(4)}.example.com`,
    ]);
    expect(await warnings({ cve: "CVE-2026-40361", name: nodeId(1) })).to.deep.equal([]);
    expect(await warnings({})).to.deep.equal([]);
  });

  it("names the nodes whose patch status is unknown", async () => {
    const warned: string[] = [];
    const closed = { ...blindSpotFinding(nodeId(6)), RecordState: "ARCHIVED" };
    const blind = given([finding(1, ["CVE-2026-1111"]), blindSpotFinding(nodeId(5)), closed]);
    for (const filter of [{ cve: "CVE-2026-40361" }, { patch: "KB9" }, { cve: "CVE-2026-1111", name: nodeId(1) }, {}]) {
      await list(blind, { ...EVERYTHING, ...filter }, "csv", { ...paper(), warn: (text) => void warned.push(text) });
    }
    const line = `The patch status of 1 node is unknown: ${nodeId(5)}`;
    expect(warned).to.deep.equal([line, line]);
  });

  it("shows a node by its computer name", async () => {
    const [shown, unknown] = [paper(), paper()];
    expect(await show(source, `${nodeId(1).toUpperCase()}.example.com`, shown)).to.equal(0);
    expect(shown.text()).to.include(`${nodeId(1)}: Systems Manager`);
    expect(await show(source, "web\u001b[2J", unknown)).to.equal(1);
    expect(unknown.text()).to.match(/^web \[2J has no finding in .*--name finds parts of their names$/);
  });

  it("takes them from the command line", () => {
    const texts = ["--name", "web", "--patch", "KB1", "--platform", "ubuntu", "--patch-group", "db"];
    const request = commandLine(["--region", "eu-west-1", ...texts, "--cve", "cve-2026-40361"], console.error);
    expect(request)
      .to.have.property("filter")
      .that.includes({ name: "web", patch: "KB1", platform: "ubuntu", patchGroup: "db", cve: "CVE-2026-40361" });
    expect(commandLine(["show", " web-1 ", "--region", "eu-west-1"], console.error)).to.include({ node: "web-1" });
  });
});
