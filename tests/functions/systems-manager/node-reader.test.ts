import { expect } from "chai";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import { days, minutes, NODE, READ_AT, reference } from "../../fixtures/node-fixtures.ts";
import { associationItem, failure, patchItem, state, world, type World } from "../../doubles/patch-data.ts";

const ended = (time: string, missing = "2") => ({
  MissingCount: missing,
  OperationEndTime: time,
  OperationType: "Scan",
});
const inventory = {
  "AWS:PatchSummary": [{ MissingCount: "1", OperationEndTime: minutes(-60), NonCompliantSeverity: "HIGH" }],
  "AWS:PatchCompliance": [
    { Title: "t", KBId: "KB9", State: "Missing", Severity: "Critical", Classification: "Security" },
  ],
};

/** Reads one node. */
async function read(given: World, parts: Partial<NodeReference> = {}) {
  const { data, calls } = world(given);
  const [reading] = await readNodes([reference(parts)], data, () => new Date(READ_AT));
  if (reading === undefined) throw new Error("no reading");
  const sources = reading.sources.map(({ kind, operationId, patches }) =>
    [kind, operationId, patches && `${patches.total} rows`].filter((word) => word !== undefined).join(" "),
  );
  return { reading, sources, calls: calls.filter((call) => call !== "patchStates" && call !== "nodes") };
}

const associationRun = { document: "AWS-RunPatchBaselineAssociation" } as const;

describe("readNodes: sources", () => {
  const cases: [name: string, world: World, reference: Partial<NodeReference>, sources: string[], calls?: string[]][] =
    [
      ["a compliant state", { states: [state()] }, {}, ["Patch"], ["summaries", "items NON_COMPLIANT"]],
      [
        "state and rows",
        { states: [state({ MissingCount: 1 })], items: [patchItem(), patchItem({ Status: "COMPLIANT" })] },
        {},
        ["Patch 1 rows"],
        ["items NON_COMPLIANT"],
      ],
      [
        "counts only: there are no rows at all",
        { states: [state({ MissingCount: 1 })] },
        {},
        ["Patch"],
        ["items NON_COMPLIANT", "hasItems"],
      ],
      [
        "counts that contradict compliant rows",
        { states: [state({ MissingCount: 1 })], items: [patchItem({ Status: "COMPLIANT" })] },
        {},
        ["Patch 0 rows"],
      ],
      [
        "rows without a state",
        { items: [patchItem(), patchItem({ Status: "COMPLIANT" })] },
        {},
        ["Patch 1 rows"],
        ["items all"],
      ],
      [
        "both places",
        { states: [state({ MissingCount: 1 })], items: [patchItem(), associationItem("a", ended(minutes(-9)))] },
        {},
        ["Patch 1 rows", "Association a"],
      ],
      [
        "associations of other documents and custom types are not about patches",
        {
          states: [state()],
          items: [
            associationItem("a", ended(minutes(-9)), {}, "AWS-RunPatchBaseline"),
            associationItem("b", ended(minutes(-9)), {}, "AWS-GatherSoftwareInventory"),
            associationItem("c", ended(minutes(-9)), {}, ""),
            patchItem({ ComplianceType: "Custom:Backup" }),
          ],
        },
        {},
        ["Patch"],
      ],
      [
        "an association's document named by ARN",
        {
          items: [
            associationItem(
              "a",
              ended(minutes(-9)),
              {},
              "arn:aws:ssm:us-east-2::document/AWS-RunPatchBaselineAssociation",
            ),
          ],
        },
        {},
        ["Association a"],
        ["items all"],
      ],
      [
        "the newest of associations that say the same",
        {
          items: ["2026-11-01", "2026-11-03", "2026-11-02"].map((day) =>
            associationItem(day, ended(`${day}T00:00:00Z`)),
          ),
        },
        {},
        ["Association 2026-11-03"],
      ],
      [
        "an association without DetailedText says nothing",
        { states: [state()], items: [associationItem("a", " ")] },
        {},
        ["Patch"],
      ],
      [
        "compliant associations after an association's run",
        { states: [state()], items: [associationItem("a", ended(minutes(-9), "0"), { Status: "COMPLIANT" })] },
        { associationRun },
        ["Patch", "Association a"],
        ["items NON_COMPLIANT", "items Association"],
      ],
      [
        "compliant associations if a sweep found a finding of one",
        { states: [state()], items: [associationItem("a", ended(minutes(-9), "0"), { Status: "COMPLIANT" })] },
        { readAssociations: true },
        ["Patch", "Association a"],
        ["items NON_COMPLIANT", "items Association"],
      ],
      [
        "not in a sweep without such a finding",
        { states: [state()], items: [associationItem("a", ended(minutes(-9), "0"), { Status: "COMPLIANT" })] },
        { sweep: READ_AT },
        ["Patch"],
        ["summaries", "items NON_COMPLIANT"],
      ],
      [
        "compliant associations beside an old problem",
        {
          states: [state({ MissingCount: 1, OperationEndTime: new Date(days(-8)) })],
          items: [patchItem(), associationItem("a", ended(minutes(-9), "0"), { Status: "COMPLIANT" })],
        },
        {},
        ["Patch 1 rows", "Association a"],
      ],
      [
        "compliant associations beside an old compliant state, which would seem silent",
        {
          states: [state({ OperationEndTime: new Date(days(-8)) })],
          items: [associationItem("a", ended(minutes(-9), "0"), { Status: "COMPLIANT" })],
        },
        { sweep: READ_AT },
        ["Patch", "Association a"],
        ["summaries", "items NON_COMPLIANT", "items Association"],
      ],
      ["inventory if there is nothing else", { inventory }, {}, ["Inventory 1 rows"]],
      ["no inventory if there is a state", { states: [state()], inventory }, {}, ["Patch"]],
      [
        "no inventory if there is only an association",
        { items: [associationItem("a", ended(minutes(-9)))], inventory },
        {},
        ["Association a"],
      ],
      [
        "but after a run that writes Patch",
        { items: [associationItem("a", ended(minutes(-9)))], inventory },
        { patchRun: { document: "AWS-RunPatchBaseline" } },
        ["Association a", "Inventory 1 rows"],
      ],
      ["inventory without a time is none", { inventory: { "AWS:PatchSummary": [{ MissingCount: "1" }] } }, {}, []],
      ["nothing at all", {}, {}, [], ["items all", "inventory AWS:PatchSummary"]],
      ...["InvalidInstanceId", "InvalidTypeNameException"].map((name): [string, World, object, string[]] => [
        `inventory answers ${name}`,
        { inventory, fails: (call) => (call.startsWith("inventory") ? failure(name) : undefined) },
        {},
        [],
      ]),
      [
        "a resource that the service does not know",
        { states: [state()], fails: (call) => (call.startsWith("items") ? failure("InvalidResourceId") : undefined) },
        {},
        ["Patch"],
      ],
    ];
  for (const [name, given, parts, expected, expectedCalls] of cases) {
    it(name, async () => {
      const { reading, sources, calls } = await read(given, parts);
      expect(sources).to.deep.equal(expected);
      expect(reading).to.include({ nodeId: NODE, readAt: READ_AT }).and.to.not.have.any.keys("unread", "malformed");
      if (expectedCalls !== undefined) expect(calls).to.deep.equal(expectedCalls);
    });
  }

  for (const text of ["{", "[]", "null", '"x"', "7"]) {
    it(`DetailedText ${text} is malformed, and the other sources stay`, async () => {
      const { reading, sources } = await read({ states: [state()], items: [associationItem("a", text)] });
      expect(sources).to.deep.equal(["Patch"]);
      expect(reading.malformed).to.match(/^DetailedText of association a: SyntaxError/);
    });
  }

  it("describes the node with clean, bounded text", async () => {
    const { node } = (await read({})).reading;
    expect(node).to.deep.equal({ platformName: "Amazon Linux", computerName: "n".repeat(99) });
  });

  it("dates the reading before its first call", async () => {
    const { data } = world({ states: [state()] });
    let clock = Date.parse(READ_AT);
    const readings = await readNodes([reference()], data, () => new Date((clock += 1000)));
    expect(readings.map(({ readAt }) => readAt)).to.deep.equal(["2026-11-20T12:00:01.000Z"]);
  });
});
