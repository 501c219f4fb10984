import { DEFAULT_POLICIES } from "../../../contract/policies.ts";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { expect } from "chai";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import { run as chooseSeverities } from "../../../functions/choose-severity.ts";
import { buildFinding } from "../../../functions/security-hub/asff/compliance.ts";
import { PATCH_DOCUMENTS, type NodeReference } from "../../../functions/work/node-reference.ts";
import { MAX_NODES } from "../../../functions/compliance/reading.ts";
import { run as evaluate } from "../../../functions/evaluate.ts";
import { NO_METRICS } from "../../doubles/counters.ts";
import { minutes, nodeId, READ_AT, SCOPE } from "../../fixtures/node-fixtures.ts";
import { associationItem, patchItem, state, world } from "../../doubles/patch-data.ts";

/** Step Functions carries 256 KiB; the Cause of a caught error takes at most 32 KiB of it. */
const LIMIT = (256 - 32) * 1024;
const PATCHES = 45;
const logger = { info: () => undefined };
const TIMES = { firstObservedAt: READ_AT, createdAt: READ_AT, updatedAt: READ_AT };
/** Kinds of updates that a neglected Windows server misses. */
const CLASSIFICATIONS = ["SecurityUpdates", "CriticalUpdates", "UpdateRollups"];

interface Shape {
  readonly patchGroup: string;
  readonly computerName: string;
  readonly associations: number;
}

const UUID = "0cd5a3b6-2a3e-4d9b-8b6d-0123456789ab";

/** The longest reference to a real node. */
function longReference(index: number): NodeReference {
  const run = { operationId: UUID, notBefore: minutes(-90), status: "DeliveryTimedOut" };
  return {
    nodeId: nodeId(index, "mi"),
    attempts: 5,
    patchRun: { document: PATCH_DOCUMENTS[1], ...run },
    associationRun: { document: PATCH_DOCUMENTS[2], ...run },
    sweep: READ_AT,
    readAssociations: true,
    redriveHistory: { since: READ_AT, moves: 100, failures: 100 },
  };
}

function shortReference(index: number): NodeReference {
  return { nodeId: nodeId(index, "mi"), attempts: 0 };
}

/** Missing Windows updates as Systems Manager lists them. */
function updates(ResourceId: string) {
  return Array.from({ length: PATCHES }, (_, index) =>
    patchItem({
      ResourceId,
      Id: `KB50${10_000 + index}`,
      Title: `2026-11 Cumulative Update for Windows Server 2022 for x64-based Systems (KB50${10_000 + index})`,
      Severity: "HIGH",
      Details: {
        PatchState: "Missing",
        PatchSeverity: "Important",
        Classification: CLASSIFICATIONS[index % CLASSIFICATIONS.length] ?? "",
        CVEIds: Array.from({ length: 12 }, (_cve, cve) => `CVE-2026-${10_000 + index * 12 + cve}`).join(","),
      },
    }),
  );
}

function worldOf(ids: readonly string[], { patchGroup, computerName, associations }: Shape) {
  const times = { OperationStartTime: minutes(-62), OperationEndTime: minutes(-61) };
  const detail = { ...times, MissingCount: `${PATCHES}`, NonCompliantSeverity: "HIGH", RebootOption: "RebootIfNeeded" };
  const items = ids.flatMap((ResourceId) => [
    ...updates(ResourceId),
    ...Array.from({ length: associations }, (_, index) =>
      associationItem(
        UUID.replace(/.$/, `${index}`),
        { ...detail, PatchGroup: patchGroup, OperationType: "Install" },
        { ResourceId },
      ),
    ),
  ]);
  const states = ids.map((InstanceId) =>
    state({ InstanceId, PatchGroup: patchGroup, MissingCount: PATCHES, InstalledCount: 100, RebootOption: "NoReboot" }),
  );
  return world({ states, items, computerName }).data;
}

/** The findings of these nodes, and the bytes of what each state hands on. */
async function findingsOf(references: readonly NodeReference[], shape: Shape) {
  const ids = references.map((one) => one.nodeId);
  const readings = await readNodes(references, worldOf(ids, shape), () => new Date(READ_AT));
  const evaluated = evaluate({ references, readings }, { logger, counter: NO_METRICS, blindSpotDays: 30 });
  const chosen = chooseSeverities(evaluated, { policies: DEFAULT_POLICIES, logger });
  const bytes = [{ references, readings }, evaluated, chosen].map((one) => Buffer.byteLength(JSON.stringify(one)));
  return { findings: chosen.judgements.map((one) => buildFinding(one, SCOPE, TIMES)), bytes };
}

describe("a node's share of a batch", () => {
  const ascii = { patchGroup: "g".repeat(256), computerName: "h".repeat(253) };
  const cjk = { patchGroup: "補".repeat(256), computerName: "h".repeat(253) };
  const plain = { patchGroup: "web", computerName: "node.example.com" };
  const longest = { patchGroup: "\u{20BB7}".repeat(256), computerName: "\u{20BB7}".repeat(255) };
  const cases = Object.entries({ plain, ascii, cjk, longest }).flatMap(([name, names]) =>
    [0, 1, 2].map((associations) => ({ name, shape: { ...names, associations } })),
  );
  for (const { name, shape } of cases) {
    for (const referenceTo of [shortReference, longReference]) {
      it(`${name} names, ${shape.associations} associations, ${referenceTo.name}: alone as in a batch`, async () => {
        const references = Array.from({ length: MAX_NODES }, (_, index) => referenceTo(index));
        const [alone, together] = [
          await findingsOf(references.slice(0, 1), shape),
          await findingsOf(references, shape),
        ];
        expect(together.findings).to.have.length(MAX_NODES);
        expect(together.findings[0]).to.deep.equal(alone.findings[0]);
        for (const { ProductFields, Resources } of together.findings) {
          expect(ProductFields["PatchFindings/PatchGroup"]).to.equal(shape.patchGroup);
          expect(JSON.stringify(Resources)).to.include(shape.computerName);
        }
        for (const size of together.bytes) expect(size, together.bytes.join(", ")).to.be.below(LIMIT);
      });
    }
  }

  for (const { name, shape } of cases) {
    it(`${name} names, ${shape.associations} associations: the same content for an event and a sweep`, async () => {
      const hashes = [shortReference(0), longReference(0)].map(async (one) => {
        const { findings } = await findingsOf([one], shape);
        return findings[0]?.ProductFields[PRODUCT_FIELDS.contentHash];
      });
      const [byEvent, bySweep] = await Promise.all(hashes);
      expect(byEvent).to.be.a("string").and.equal(bySweep);
    });
  }

  it("keeps a list of patches with names of usual length and two associations", async () => {
    for (const shape of [
      { ...plain, associations: 2 },
      { ...cjk, associations: 0 },
      { ...ascii, associations: 1 },
    ]) {
      const { findings } = await findingsOf([shortReference(0)], shape);
      expect(findings[0]?.ProductFields["PatchFindings/WorstPatches"]).to.match(/^KB5010000 .*, KB50.* and \d+ more$/);
    }
  });
});
