import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import { expect } from "chai";
import { NO_METRICS } from "../doubles/counters.ts";
import fc from "fast-check";
import { run as chooseSeverities } from "../../functions/choose-severity.ts";
import { PATCH_DOCUMENTS, type NodeReference } from "../../functions/work/node-reference.ts";
import { MAX_NODES } from "../../functions/compliance/reading.ts";
import { run as evaluate } from "../../functions/evaluate.ts";
import { run as gather } from "../../functions/gather.ts";
import { FIXED, hostileText, minutes, nodeId, READ_AT } from "../fixtures/node-fixtures.ts";
import { associationItem, patchItem, state, world } from "../doubles/patch-data.ts";

/** Step Functions carries 256 KiB; the Cause of a caught error takes at most 32 KiB of it. */
const LIMIT = (256 - 32) * 1024;
const logger = { info: () => undefined, warn: () => undefined };

/** Hostile text: one string for each field that holds text. */
interface Words {
  readonly short: string;
  readonly long: string;
  /** Distinct kinds of patches. */
  readonly kinds: number;
  readonly patches: number;
  readonly cves: number;
  /** The number of attempts so far, and how late the data is. */
  readonly attempts: number;
  readonly late: boolean;
  readonly malformed: boolean;
}

/** The longest reference that a message can carry. */
function longestReference(index: number, { attempts, late }: Words): NodeReference {
  const run = { operationId: "o".repeat(64), notBefore: minutes(late ? 60 : -90), status: "S".repeat(32) };
  return {
    nodeId: nodeId(index, "mi"),
    attempts,
    patchRun: { document: PATCH_DOCUMENTS[1], ...run },
    associationRun: { document: PATCH_DOCUMENTS[2], ...run },
    redriveHistory: { since: READ_AT, moves: 1_000_000, failures: 1_000_000 },
  };
}

function hostileWorld(ids: readonly string[], words: Words) {
  const { short, long } = words;
  const times = { OperationStartTime: minutes(-61), OperationEndTime: minutes(-60) };
  const texts = { BaselineId: long, PatchGroup: long, RebootOption: long, NonCompliantSeverity: long };
  const counts = { MissingCount: 999_999_999, FailedCount: 999_999_999, InstalledCount: 999_999_999 };
  const cves = Array.from({ length: words.cves }, (_, cve) => `CVE-2024-${"9".repeat(14)}${10_000 + cve}`).join(",");
  const items = ids.flatMap((ResourceId, node) => [
    ...Array.from({ length: words.patches }, (_, index) =>
      patchItem({
        ResourceId,
        Id: `${index}${long}`,
        Title: long,
        ExecutionSummary: { ExecutionTime: new Date(READ_AT), ExecutionType: long },
        Details: {
          PatchState: "Missing",
          PatchSeverity: `${index % words.kinds}${short}`,
          Classification: short,
          CVEIds: cves,
        },
      }),
    ),
    ...["a", "b", "c"].map((name) => {
      const malformed = words.malformed && name === "c";
      const detailed = malformed ? "{" : { ...times, ...texts, ...counts, OperationType: long };
      return associationItem(`${name}${node}${long}`, detailed, { ResourceId, Status: "NON_COMPLIANT" });
    }),
  ]);
  const states = ids.map((InstanceId) =>
    state({ InstanceId, ...texts, ...counts, RebootOption: "NoReboot", Operation: "Install" }),
  );
  return world({ states, items, computerName: long });
}

/** The bytes of what each state hands on, for 50 nodes of this kind. */
async function payloads(words: Words) {
  const references = Array.from({ length: MAX_NODES }, (_, index) => longestReference(index, words));
  const { data } = hostileWorld(
    references.map((one) => one.nodeId),
    words,
  );
  const ports = { logger, counter: NO_METRICS, blindSpotDays: 30, policies: DEFAULT_POLICIES };
  const gathered = await gather({ references }, { ...ports, data, now: () => new Date(READ_AT) });
  const asked = { ...gathered, ec2: gathered.askEc2.map(({ nodeId: id }) => ({ nodeId: id, error: "E".repeat(60) })) };
  const evaluated = evaluate(asked, ports);
  const chosen = chooseSeverities(evaluated, { policies: DEFAULT_POLICIES, logger });
  const bytes = [{ references }, asked, evaluated, chosen].map((one) => Buffer.byteLength(JSON.stringify(one)));
  return { bytes, evaluated };
}

const worst: Words = {
  short: '"',
  long: "\\".repeat(200),
  kinds: 40,
  patches: 40,
  cves: 12,
  attempts: 5,
  late: true,
  malformed: true,
};

describe("payloads between states: 50 hostile nodes", () => {
  const cases: [name: string, words: Partial<Words>][] = [
    ["backslashes", {}],
    ["quotes", { long: '"'.repeat(200) }],
    ["characters of four bytes", { long: "\u{1F4A5}".repeat(200), short: "\u{1F4A5}".repeat(20) }],
    ["lone surrogates", { long: "\ud800".repeat(200), short: "\ud800".repeat(20) }],
    ["control characters", { long: "\u0000\u0007".repeat(100) }],
    ["plain text", { long: "x".repeat(200), short: "x".repeat(40) }],
    ["the longest names and groups", { long: "\u{1F4A5}".repeat(300) }],
    ["long backslashes", { long: "\\".repeat(1_100) }],
    ["thousands of CVEs", { cves: 400, patches: 3, kinds: 1 }],
    ["hundreds of patches", { patches: 150, kinds: 150 }],
    ["all sent back", { attempts: 0 }],
    ["all judged in time", { late: false, malformed: false, attempts: 0 }],
  ];
  for (const [name, words] of cases) {
    it(`${name}: every state's output is below 224 KiB`, async () => {
      const { bytes, evaluated } = await payloads({ ...worst, ...words });
      for (const size of bytes) expect(size, bytes.join(", ")).to.be.below(LIMIT);
      const { judgements, notReady, invalid } = evaluated;
      const waiting = notReady.flatMap(({ references }) => references);
      expect(judgements.length + waiting.length + invalid.length, "no node is lost").to.equal(MAX_NODES);
      for (const { references } of notReady)
        expect(Buffer.byteLength(JSON.stringify({ references }))).to.be.below(256 * 1024);
    });
  }

  it("holds for any text", async () => {
    const anyWords = fc.record({
      short: hostileText(40),
      long: hostileText(200),
      kinds: fc.integer({ min: 1, max: 30 }),
      patches: fc.nat(30),
      cves: fc.nat(20),
      attempts: fc.nat(6),
      late: fc.boolean(),
      malformed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyWords, async (words) => {
        for (const size of (await payloads(words)).bytes) expect(size).to.be.below(LIMIT);
      }),
      { ...FIXED, numRuns: 12 },
    );
  });
});
