import { expect } from "chai";
import { execution, findingOf } from "../../fixtures/node-pipeline.ts";
import { minutes, reference } from "../../fixtures/node-fixtures.ts";
import { associationItem, patchItem, state, type World } from "../../doubles/patch-data.ts";
import { LAST_ATTEMPT } from "../../fixtures/verdict-table.ts";

const LAST = [reference({ attempts: LAST_ATTEMPT })];
const COUNTS = ["CriticalNonCompliantCount", "SecurityNonCompliantCount", "OtherNonCompliantCount"] as const;
const ended = { MissingCount: "0", OperationEndTime: minutes(-5), OperationType: "Scan" };
const young = { OperationEndTime: new Date(minutes(-5)) };

/** A node that is noncompliant by one of these numbers alone. */
const worlds: [name: string, world: World][] = [
  ...COUNTS.flatMap((count): [string, World][] => [
    [`patch state: ${count}`, { states: [state({ [count]: 3, ...young })] }],
    [
      `patch state beside compliant rows: ${count}`,
      { states: [state({ [count]: 3 })], items: [patchItem({ Status: "COMPLIANT" })] },
    ],
    [`association: ${count}`, { items: [associationItem("a", { ...ended, [count]: "3" }, { Status: "COMPLIANT" })] }],
    [`inventory: ${count}`, { inventory: { "AWS:PatchSummary": [{ ...ended, [count]: "3" }] } }],
  ]),
  [
    "association: NonCompliantSeverity",
    { items: [associationItem("a", { ...ended, NonCompliantSeverity: "HIGH" }, { Status: "COMPLIANT" })] },
  ],
  [
    "inventory: NonCompliantSeverity",
    { inventory: { "AWS:PatchSummary": [{ ...ended, NonCompliantSeverity: "HIGH" }] } },
  ],
];

/** An open finding of an operation that ended earlier than all of these. */
async function open() {
  const before = { OperationStartTime: new Date(minutes(-300)), OperationEndTime: new Date(minutes(-299)) };
  return findingOf(await execution({ states: [state({ MissingCount: 1, ...before })], items: [patchItem()] }, LAST));
}

describe("a node that is noncompliant by its severity counts alone", () => {
  for (const [name, given] of worlds) {
    it(`${name}: read again first, then noncompliant`, async () => {
      const { evaluated } = await execution(given);
      expect(evaluated.counts).to.deep.equal({ judgements: 0, notReady: 1, invalid: 0 });
      const last = await execution(given, LAST);
      expect(last.evaluated.judgements.map(({ status }) => status)).to.deep.equal(["noncompliant"]);
      expect(last.changes.map(({ action }) => action)).to.deep.equal(["open"]);
    });

    it(`${name}: closes nothing`, async () => {
      const { changes } = await execution(given, LAST, [await open()]);
      expect(changes.map(({ action }) => action)).to.deep.equal(["update"]);
    });

    it(`${name}: the finding says so without numbers`, async () => {
      const finding = findingOf(await execution(given, LAST));
      expect(finding["Description"]).to.match(
        /does not comply with its patch baseline\. Systems Manager reports it as noncompliant, but names no patch\. /,
      );
      expect(finding["Remediation"])
        .to.have.nested.property("Recommendation.Text")
        .that.matches(/^Open the node's patch page/);
      expect(finding["ProductFields"]).to.include({ "PatchFindings/Missing": "0", "PatchFindings/Failed": "0" });
    });
  }

  const severities: [count: (typeof COUNTS)[number], label: string][] = [
    ["CriticalNonCompliantCount", "CRITICAL"],
    ["SecurityNonCompliantCount", "INFORMATIONAL"],
    ["OtherNonCompliantCount", "INFORMATIONAL"],
  ];
  for (const [count, label] of severities) {
    it(`${count} alone is ${label}`, async () => {
      const finding = findingOf(await execution({ states: [state({ [count]: 3 })] }, LAST));
      expect(finding["FindingProviderFields"]).to.have.nested.property("Severity.Label", label);
    });
  }

  it("names available security updates that rows list, at the first attempt", async () => {
    const Details = { PatchState: "AvailableSecurityUpdate", Classification: "SecurityUpdates" };
    const given = {
      states: [state({ SecurityNonCompliantCount: 2, AvailableSecurityUpdateCount: 2, ...young })],
      items: ["KB1", "KB2"].map((Id) => patchItem({ Id, Details })),
    };
    const finding = findingOf(await execution(given));
    expect(finding["Description"]).to.contain("Patches: 2 available security updates.");
    expect(finding["ProductFields"]).to.include({ "PatchFindings/AvailableSecurityUpdate": "2" });
    expect(finding["Remediation"])
      .to.have.nested.property("Recommendation.Text")
      .that.matches(/^Approve/);
  });

  it("does not compare the counts with the number of rows, because they overlap and lag", async () => {
    const lagging = { CriticalNonCompliantCount: 9, SecurityNonCompliantCount: 9, OtherNonCompliantCount: 9 };
    const { evaluated } = await execution({ states: [state({ MissingCount: 1, ...lagging })], items: [patchItem()] });
    expect(evaluated.judgements.map(({ evidence }) => evidence.notes)).to.deep.equal([""]);
  });

  it("a node without any of these fields is compliant", async () => {
    const { evaluated } = await execution({ states: [state()] });
    expect(evaluated.judgements.map(({ status }) => status)).to.deep.equal(["compliant"]);
  });
});
