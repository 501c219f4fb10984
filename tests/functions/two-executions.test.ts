import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { expect } from "chai";
import fc from "fast-check";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import type { StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import { days, FIXED, minutes, NODE, READ_AT, reference, SCOPE } from "../fixtures/node-fixtures.ts";
import { execution } from "../fixtures/node-pipeline.ts";
import { associationItem, patchItem, state, type World } from "../doubles/patch-data.ts";
import { LAST_ATTEMPT } from "../fixtures/verdict-table.ts";

const associationRun = { document: "AWS-RunPatchBaselineAssociation", notBefore: minutes(-80) } as const;
const failedRun = { document: "AWS-RunPatchBaseline", notBefore: minutes(-10), status: "Failed" } as const;
const times = (end: string) => ({
  OperationStartTime: new Date(Date.parse(end) - 60_000),
  OperationEndTime: new Date(end),
});
const association = (id: string, missing: string, end: string) =>
  associationItem(
    id,
    { MissingCount: missing, OperationEndTime: end },
    { Status: missing === "0" ? "COMPLIANT" : "NON_COMPLIANT" },
  );

/** The same data, and two references that can bring executions to it at the same time. */
const cases: [name: string, world: World, references: Partial<NodeReference>[], since: string][] = [
  [
    "a patch state with rows",
    { states: [state({ MissingCount: 1, ...times(minutes(-60)) })], items: [patchItem()] },
    [{}, { sweep: READ_AT }],
    minutes(-60),
  ],
  ["counts only", { states: [state({ MissingCount: 1 })] }, [{}, { sweep: READ_AT }], minutes(-60)],
  ["rows only", { items: [patchItem()] }, [{}, { sweep: READ_AT }], minutes(-61)],
  [
    "a compliant association that only one of them reads",
    {
      states: [state({ MissingCount: 1, ...times(minutes(-60)) })],
      items: [patchItem(), association("a", "0", minutes(-30))],
    },
    [{ associationRun }, { sweep: READ_AT }],
    minutes(-60),
  ],
  [
    "inventory",
    { inventory: { "AWS:PatchSummary": [{ MissingCount: "1", OperationEndTime: minutes(-70) }] } },
    [{}, { sweep: READ_AT }],
    minutes(-70),
  ],
  ["a node without data", { registeredAt: days(-40) }, [{ patchRun: failedRun }, { sweep: READ_AT }], days(-40)],
  [
    "a run without data or registration",
    {},
    [{ patchRun: failedRun }, { sweep: READ_AT, patchRun: failedRun }],
    READ_AT,
  ],
  [
    "a run that failed beside older data",
    { states: [state(times(days(-2)))] },
    [{ patchRun: failedRun }, { patchRun: failedRun }],
    days(-2),
  ],
  ["a silent node", { states: [state(times(days(-31)))] }, [{ sweep: READ_AT }, { sweep: READ_AT }], days(-31)],
];

/** The findings that one execution sends to open or reopen. */
async function sends(
  given: World,
  parts: Partial<NodeReference>,
  readAt: string,
  stored: readonly StoredFinding[] = [],
) {
  const { changes } = await execution(given, [reference({ attempts: LAST_ATTEMPT, ...parts })], stored, readAt);
  const findings = changes.flatMap(({ finding }) => finding ?? []);
  expect(changes.map(({ action }) => action).filter((action) => action !== "unchanged")).to.have.length(1);
  const [finding] = findings;
  if (finding === undefined) throw new Error("nothing is sent");
  return finding;
}

const lasting = ({ CreatedAt, FirstObservedAt, ProductFields }: StoredFinding) => [
  CreatedAt,
  FirstObservedAt,
  ProductFields?.[PRODUCT_FIELDS.openSince],
];

describe("two executions that read a node before either has published", () => {
  for (const [name, given, references, since] of cases) {
    it(`send the same times: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(3_599_999), fc.nat(3_599_999), async (...delays) => {
          const readings = delays.map((delay) => new Date(Date.parse(READ_AT) + delay).toISOString());
          const [one, other] = await Promise.all(
            references.map((parts, index) => sends(given, parts, readings[index] ?? READ_AT)),
          );
          if (one === undefined || other === undefined) throw new Error("two executions are needed");
          expect(lasting(one).slice(0, 2)).to.deep.equal([since, since]);
          expect(lasting(other)).to.deep.equal(lasting(one));
          expect([one, other].map((finding) => finding["UpdatedAt"])).to.deep.equal(readings);
        }),
        { ...FIXED, numRuns: 20 },
      );
    });
  }

  it("agree on a finding that opens again", async () => {
    const given: World = { states: [state({ MissingCount: 1, ...times(minutes(-5)) })], items: [patchItem()] };
    const first = await sends({ states: [state({ MissingCount: 1 })], items: [patchItem()] }, {}, READ_AT);
    const closed: StoredFinding = { ...first, RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } };
    const sent = await Promise.all([0, 7].map((later) => sends(given, {}, minutes(later), [closed])));
    const expected = [minutes(-60), minutes(-60), minutes(-5)];
    expect(sent.map(lasting)).to.deep.equal([expected, expected]);
  });

  it("never date a finding after its reading, even if a node's clock is ahead", async () => {
    const given = { states: [state({ MissingCount: 1, ...times(minutes(10)) })] };
    expect(lasting(await sends(given, {}, READ_AT))).to.deep.equal([READ_AT, READ_AT, READ_AT]);
  });
});

describe("Security Hub's stand-in", () => {
  const hub = () => new SecurityHub({ ...SCOPE, now: () => new Date(minutes(60)), findings: [] });
  const caller = { roleArn: "arn:aws:iam::111122223333:role/publish", account: SCOPE.account, region: SCOPE.region };

  it("records an import that changes CreatedAt, and answers as usual", async () => {
    const given: World = { states: [state({ MissingCount: 1 })], items: [patchItem()] };
    const finding = await sends(given, {}, READ_AT);
    const service = hub();
    const later = { ...finding, UpdatedAt: minutes(1) };
    const changed = { ...finding, CreatedAt: minutes(1), UpdatedAt: minutes(2) };
    const answers = [finding, later, changed].map((one) =>
      service.call("BatchImportFindings", { Findings: [JSON.parse(JSON.stringify(one))] }, caller),
    );
    expect(answers).to.deep.equal(Array(3).fill({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] }));
    expect(service.violations).to.deep.equal([
      `an import changed CreatedAt of patch-manager-findings/us-east-2/111122223333/${NODE} from ${minutes(-60)} to ${minutes(1)}`,
    ]);
  });
});
