import { expect } from "chai";
import fc from "fast-check";
import {
  isHybrid,
  isNodeId,
  REMOVED,
  mergeReferences,
  patchDocument,
  PATCH_DOCUMENTS,
  writesAssociation,
  type ExpectedRun,
  type NodeReference,
} from "../../../functions/work/node-reference.ts";
import { FIXED, minutes, nodeId, reference, show } from "../../fixtures/node-fixtures.ts";

const run = (parts: Partial<ExpectedRun> = {}): ExpectedRun => ({ document: "AWS-RunPatchBaseline", ...parts });
const older = run({ operationId: "b", notBefore: minutes(-60), status: "Failed" });
const newer = run({ operationId: "a", notBefore: minutes(-5), status: "Success" });

describe("mergeReferences", () => {
  const cases: [name: string, input: NodeReference[], expected: NodeReference[]][] = [
    ["nothing", [], []],
    ["one", [reference({ attempts: 2, patchRun: newer })], [reference({ attempts: 2, patchRun: newer })]],
    [
      "the newest run of a place wins",
      [reference({ patchRun: newer }), reference({ patchRun: older })],
      [reference({ patchRun: newer })],
    ],
    [
      "both places are kept",
      [reference({ patchRun: older }), reference({ associationRun: newer })],
      [reference({ patchRun: older, associationRun: newer })],
    ],
    [
      "a newer run sets the attempts back",
      [reference({ attempts: 5, patchRun: older }), reference({ attempts: 0, patchRun: newer })],
      [reference({ attempts: 0, patchRun: newer })],
    ],
    [
      "a run with a time goes before one without",
      [reference({ patchRun: run({ operationId: "z" }) }), reference({ patchRun: older })],
      [reference({ patchRun: older })],
    ],
    [
      "a reference without a run does not forget the run",
      [reference({ patchRun: newer }), reference()],
      [reference({ patchRun: newer })],
    ],
    [
      "the longest redriveHistory is not forgotten",
      [
        reference({ redriveHistory: { since: minutes(-9), moves: 1, failures: 0 } }),
        reference({ redriveHistory: { since: minutes(-5), moves: 3, failures: 2 } }),
      ],
      [reference({ redriveHistory: { since: minutes(-9), moves: 3, failures: 2 } })],
    ],
    [
      "the newest sweep asks, and terminated goes before absent",
      [reference({ sweep: minutes(-9), removed: "terminated" }), reference({ sweep: minutes(-5), removed: "absent" })],
      [reference({ sweep: minutes(-5), removed: "terminated" })],
    ],
    [
      "the newest claim of a termination counts",
      [
        reference({ removed: "terminated", removedAt: minutes(-9) }),
        reference({ removed: "terminated", removedAt: minutes(-5) }),
        reference({ removed: "absent" }),
      ],
      [reference({ removed: "terminated", removedAt: minutes(-5) })],
    ],
    [
      "one finding of an association is enough",
      [reference({ readAssociations: true }), reference({ sweep: minutes(-5) })],
      [reference({ sweep: minutes(-5), readAssociations: true })],
    ],
    [
      "different nodes stay apart",
      [reference({ nodeId: nodeId(1) }), reference({ nodeId: nodeId(2) })],
      [reference({ nodeId: nodeId(1) }), reference({ nodeId: nodeId(2) })],
    ],
  ];
  for (const [name, input, expected] of cases) {
    it(name, () => {
      expect(mergeReferences(input)).to.deep.equal(expected);
    });
  }

  const anyRun = fc.option(
    fc
      .record({
        document: fc.constantFrom(...PATCH_DOCUMENTS),
        operationId: fc.constantFrom("a", "b"),
        notBefore: fc.option(fc.constantFrom(minutes(0), minutes(1)), { nil: undefined }),
        status: fc.constantFrom("Success", "Failed"),
      })
      .map(({ notBefore, ...rest }) => ({ ...rest, ...(notBefore && { notBefore }) })),
    { nil: undefined },
  );
  const anyHistory = fc.option(
    fc.record({ since: fc.constantFrom(minutes(0), minutes(-9)), moves: fc.nat(3), failures: fc.nat(3) }),
    { nil: undefined },
  );
  const anySweep = fc.constantFrom(undefined, minutes(0), minutes(-9));
  const anyRemoval = fc.constantFrom(undefined, ...REMOVED);
  const anyReference = fc
    .tuple(fc.nat(3), fc.nat(6), anyRun, anyRun, anyHistory, anySweep, anyRemoval, fc.boolean(), anySweep, fc.nat(6))
    .map(
      ([
        node,
        attempts,
        patchRun,
        associationRun,
        redriveHistory,
        sweep,
        removed,
        readAssociations,
        removedAt,
        n,
      ]): NodeReference => ({
        ...reference({ nodeId: nodeId(node), attempts }),
        ...(patchRun && { patchRun }),
        ...(associationRun && { associationRun }),
        ...(redriveHistory && { redriveHistory }),
        ...(sweep && { sweep }),
        ...(removed && { removed }),
        ...(removed && removedAt && { removedAt }),
        ...(readAssociations && { readAssociations }),
        ...(n > 0 && { ec2Attempts: n }),
      }),
    );
  const sorted = (references: readonly NodeReference[]) =>
    mergeReferences(references).toSorted((a, b) => a.nodeId.localeCompare(b.nodeId));

  it("does not depend on order, repetition or grouping", () => {
    const permuted = fc
      .array(anyReference, { minLength: 1, maxLength: 8 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(permuted, fc.nat(8), ([list, shuffled], cut) => {
        const once = sorted(list);
        expect(sorted(shuffled)).to.deep.equal(once);
        expect(sorted([...list, ...shuffled])).to.deep.equal(once);
        expect(sorted([...mergeReferences(list.slice(0, cut)), ...list.slice(cut)])).to.deep.equal(once);
        expect(new Set(once.map((one) => one.nodeId)).size).to.equal(once.length);
      }),
      { ...FIXED, numRuns: 500 },
    );
  });
});

describe("node ids and documents", () => {
  const ids: [value: unknown, valid: boolean][] = [
    ["i-12345678", true],
    ["i-0123456789abcdef0", true],
    ["mi-0123456789abcdef0", true],
    ["mi-12345678", false],
    ["i-123456789", false],
    ["i-0123456789abcdef0\n", false],
    ["xi-12345678", false],
    ["i-1234567é", false],
    [undefined, false],
    [{ toString: () => "i-12345678" }, false],
  ];
  for (const [value, valid] of ids) {
    it(`${show(value)} is ${valid ? "a" : "no"} node id`, () => {
      expect(isNodeId(value)).to.equal(valid);
    });
  }

  it("tells hybrid nodes and the place of a document's data", () => {
    expect(["i-12345678", "mi-0123456789abcdef0"].map(isHybrid)).to.deep.equal([false, true]);
    expect(PATCH_DOCUMENTS.map(writesAssociation)).to.deep.equal([false, false, true]);
  });

  it("knows documents by name and by ARN, and no others", () => {
    const arn = "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:document/AWS-RunPatchBaselineWithHooks";
    expect(patchDocument(arn)).to.equal("AWS-RunPatchBaselineWithHooks");
    for (const name of ["aws-runpatchbaseline", "AWS-RunPatchBaseline/", "AWS-RunPatchBaseline2", "", 1, null]) {
      expect(patchDocument(name), String(name)).to.equal(undefined);
    }
  });
});
