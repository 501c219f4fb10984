import { expect } from "chai";
import { list, show } from "../../commands/findings.ts";
import { EVERYTHING } from "../../commands/findings/filter.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { given, paper } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;

describe("npm run findings, its answers", () => {
  const some = given([
    complianceFinding(nodeId(1), [{ id: "KB1", level: "HIGH" }], {
      Note: { Text: "=cmd|' /C calc'!A0", UpdatedBy: "ann" },
    }),
    complianceFinding(nodeId(2), [{ id: "KB2", level: "CRITICAL", title: "B\u001b[2J\u202e" }]),
    blindSpotFinding(nodeId(3)),
  ]);

  it("is a table, worst first, and a summary", async () => {
    const output = paper();
    expect(await list(some, EVERYTHING, "table", output)).to.equal(0);
    expect(output.text()).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
    const lines = output.text().split("\n");
    expect(lines.flatMap((line) => /^│ ([A-Z]+) +│ i-/.exec(line)?.[1] ?? [])).to.deep.equal([
      "CRITICAL",
      "HIGH",
      "MEDIUM",
    ]);
    expect(
      lines.filter((line) => /^│ (CRITICAL +│ 1|missing +│ 2 +│ 2|patch status unknown +│ 1) /.test(line)),
    ).to.have.length(3);
    expect(lines.at(-1)).to.equal(`3 findings in account ${ACCOUNT}, ${REGION}`);
  });

  for (const columns of [60, 80, 120, 200]) {
    it(`fits into ${columns} columns`, async () => {
      const output = paper(columns);
      await list(some, EVERYTHING, "table", output);
      const widest = Math.max(
        ...output
          .text()
          .split("\n")
          .map((line) => line.length),
      );
      expect(widest).to.be.at.most(Math.max(columns, 65));
      for (const index of [1, 2, 3]) expect(output.text()).to.include(nodeId(index));
    });
  }

  it("says in 80 columns what is wrong, whose it is and when it is due, with the longest severity too", async () => {
    const built = complianceFinding(nodeId(4), [{ id: "KB1", level: "INFORMATIONAL" }]);
    const [resource] = built.Resources as object[];
    const due = { "PatchFindings/DueDate": "2026-12-01", "PatchFindings/Due": "soon" };
    const finding = {
      ...built,
      Resources: [{ ...resource, Tags: { Owner: "payments" } }],
      ProductFields: { ...built.ProductFields, ...due },
    };
    const output = paper(80);
    await list(given([finding]), EVERYTHING, "table", output);
    for (const words of ["INFORMATIONAL", "What is", "1 missing", "payments", "Due"]) {
      expect(output.text()).to.include(words);
    }
  });

  it("has colours on a terminal, and says the same in words", async () => {
    const output = paper(120, true);
    await list(some, EVERYTHING, "table", output);
    expect(output.text()).to.include("\u001b[30;48;5;166mCRITICAL\u001b[0m");
  });

  it("as CSV runs no formula, and names its columns also without a finding", async () => {
    const [output, empty] = [paper(), paper()];
    await list(some, EVERYTHING, "csv", output);
    await list(some, { ...EVERYTHING, severities: ["LOW"] }, "csv", empty);
    const [head, ...rows] = output.text().split("\n");
    expect(rows).to.have.length(3);
    expect(rows[1]).to.include(`,"'=cmd|' /C calc'!A0",`);
    expect(empty.text()).to.equal(head);
    for (const name of head?.split(",") ?? []) expect(name).to.match(/^"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"$/);
    expect(head).to.match(
      /^"account","region","severity","node_id","computer_name",.*,"missing","failed","pending_reboot",.*,"patches","cves","cves_total",/,
    );
  });

  it("as JSON is the stored finding of Security Hub", async () => {
    const output = paper();
    await list(some, { ...EVERYTHING, severities: ["HIGH"] }, "json", output);
    expect(JSON.parse(output.text())).to.deep.equal([
      complianceFinding(nodeId(1), [{ id: "KB1", level: "HIGH" }], {
        Note: { Text: "=cmd|' /C calc'!A0", UpdatedBy: "ann" },
      }),
    ]);
  });

  it("shows a node's finding in full", async () => {
    const output = paper();
    expect(await show(some, nodeId(1), output)).to.equal(0);
    for (const words of [
      /^HIGH i-0+1: Systems Manager Patch Summary/,
      /Why this severity +HIGH: the patch baseline sets the compliance level HIGH \(decided by KB1\)/,
      /Worst patches +KB1/,
      /What to do +Install the missing patches/,
      /Patch operation +SCAN, NoReboot/,
      /Workflow +NEW, ACTIVE, compliance FAILED/,
      /Note +=cmd.*\n +by ann/,
    ]) {
      expect(output.text()).to.match(words);
    }
  });

  it("says that a node has no findings", async () => {
    const output = paper();
    expect(await show(some, nodeId(8), output)).to.equal(1);
    expect(output.text()).to.match(/^i-0+8 has no finding in account 111122223333, us-east-2, open or closed;/);
  });
});
