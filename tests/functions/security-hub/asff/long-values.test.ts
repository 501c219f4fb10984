import { expect } from "chai";
import { SecurityHub } from "../../../../local/services/security-hub/security-hub.ts";
import { minutes, nodeId, reference, SCOPE } from "../../../fixtures/node-fixtures.ts";
import { execution, findingOf } from "../../../fixtures/node-pipeline.ts";
import { associationItem, patchItem, state, type World } from "../../../doubles/patch-data.ts";

const GROUP = "PatchFindings/PatchGroup";
/** The longest values that the APIs give: 256 characters of a tag, 255 of a computer's name. */
const scripts: [name: string, group: string, computer: string][] = [
  ["Latin", "g".repeat(256), `${"n".repeat(60)}.`.repeat(4) + "n".repeat(11)],
  ["quotes", '"'.repeat(256), '"'.repeat(255)],
  ["Chinese", "组".repeat(256), "机".repeat(255)],
  ["beyond the basic plane", "\u{1F4A5}".repeat(256), "\u{1F4A5}".repeat(255)],
];

/** The same group in each place that names it. */
const places: [place: string, world: (PatchGroup: string) => World][] = [
  ["a patch state", (PatchGroup) => ({ states: [state({ PatchGroup, MissingCount: 1 })], items: [patchItem()] })],
  ["rows", (PatchGroup) => ({ items: [patchItem({ Details: { PatchState: "Missing", PatchGroup } })] })],
  [
    "an association",
    (PatchGroup) => ({
      items: [associationItem("a", { PatchGroup, MissingCount: "1", OperationEndTime: minutes(-60) })],
    }),
  ],
  [
    "inventory",
    (PatchGroup) => ({
      inventory: { "AWS:PatchSummary": [{ PatchGroup, MissingCount: "1", OperationEndTime: minutes(-60) }] },
    }),
  ],
];

/** Whether Security Hub's stand-in takes a finding. */
function refusals(finding: object): unknown {
  const now = () => new Date(minutes(5));
  const caller = { roleArn: "arn:aws:iam::111122223333:role/publish", account: SCOPE.account, region: SCOPE.region };
  const Findings: unknown = [JSON.parse(JSON.stringify(finding))];
  const answer = new SecurityHub({ ...SCOPE, now, findings: [] }).call("BatchImportFindings", { Findings }, caller);
  return (answer as { FailedFindings: unknown }).FailedFindings;
}

describe("values that people filter by are kept whole", () => {
  for (const [script, group, computer] of scripts) {
    for (const [place, worldOf] of places) {
      it(`patch group of ${place} and computer name: ${script}`, async () => {
        const finding = findingOf(await execution({ ...worldOf(group), computerName: computer }));
        expect(finding["ProductFields"]).to.have.property(GROUP, group);
        const [resource] = finding["Resources"] as { Details: { Other: object } }[];
        expect(resource?.Details.Other).to.include({ PatchGroup: group, ComputerName: computer });
        expect(refusals(finding)).to.deep.equal([]);
      });
    }
  }

  it("a description has the whole DNS name, and states the problem with any name", async () => {
    for (const [script, , computer] of scripts) {
      const given = { states: [state({ MissingCount: 1 })], items: [patchItem()], computerName: computer };
      const description = String(findingOf(await execution(given))["Description"]);
      if (script === "Latin") expect(description).to.contain(`(${computer}, Amazon Linux)`);
      expect(description, script).to.match(/Patches: 1 missing\. Severity HIGH, decided by .*: .*\.$/);
    }
  });

  it("50 nodes with the longest Latin values keep their lists of patches, the same as alone", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => nodeId(index));
    const rowsOf = (ResourceId: string) =>
      Array.from({ length: 60 }, (_, index) =>
        patchItem({
          ResourceId,
          Id: `package-${index}.x86_64`,
          Title: `package-${index}.x86_64:0:1.2.3-4.amzn2023`,
          Details: {
            PatchState: "Missing",
            PatchSeverity: "Important",
            Classification: "Security",
            CVEIds: `CVE-2024-${1000 + index},CVE-2024-${2000 + index}`,
          },
        }),
      );
    const [, group = "", computerName = ""] = scripts[0] ?? [];
    const given = {
      states: ids.map((InstanceId) => state({ InstanceId, MissingCount: 60, PatchGroup: group })),
      items: ids.flatMap(rowsOf),
      computerName,
    };
    const patchRun = {
      document: "AWS-RunPatchBaseline",
      operationId: "d710f5bd-04e3-47b4-82f6-df4e00000000",
      notBefore: minutes(-70),
      status: "Success",
    } as const;
    const references = ids.map((id) => reference({ nodeId: id, patchRun }));
    const together = await execution(given, references);
    for (const one of references) {
      const alone = findingOf(await execution(given, [one]), one.nodeId);
      expect(findingOf(together, one.nodeId)).to.deep.equal(alone);
      expect(alone["Vulnerabilities"]).to.have.length.of.at.least(15);
    }
  });
});
