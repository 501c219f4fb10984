import { expect } from "chai";
import fc from "fast-check";
import { PRODUCT_FIELDS } from "../../../../contract/product-fields.ts";
import { SEVERITY_LABELS } from "../../../../contract/severity.ts";
import { acceptanceFields, decodeLife, lifeFields } from "../../../../functions/security-hub/asff/life-fields.ts";
import type { Life } from "../../../../functions/finding/life.ts";
import { cleanText } from "../../../../functions/runtime/text.ts";
import { days, FIXED, hostileText } from "../../../fixtures/node-fixtures.ts";
import { FindingLife, missing } from "../../../fixtures/finding-life.ts";

const base = { openSince: days(-3), severity: "LOW", peakSeverity: "HIGH", levelsSince: {}, patchesSince: new Map() };
const anyDay = fc.integer({ min: -3_000, max: 0 }).map((count) => days(count).slice(0, 10));
const anyId = fc.oneof(
  fc.constantFrom("a, b", "KB1", "kernel 5.10, -2", ",", "x 2026", "linux-image 5.10.0-2026-01-01x"),
  hostileText(96).map((text) => cleanText(text, 96) ?? "x"),
);
const patchesSince = fc.array(fc.tuple(anyId, anyDay), { maxLength: 60 }).map((entries) => new Map(entries));
const levelsSince = fc
  .subarray([...SEVERITY_LABELS])
  .chain((labels) => fc.tuple(...labels.map((label) => anyDay.map((day) => [label, `${day}T02:00:00.000Z`] as const))))
  .map((entries) => Object.fromEntries(entries));

const life = (parts: Partial<Life>): Life => ({ ...base, ...parts }) as Life;

describe("the life of a finding in ProductFields", () => {
  it("is read back as it was written, as many patches as fit", () => {
    fc.assert(
      fc.property(levelsSince, patchesSince, (levels, patches) => {
        const fields = lifeFields(life({ levelsSince: levels, patchesSince: patches }));
        const read = decodeLife(fields);
        expect(read.levelsSince ?? {}).to.deep.equal(levels);
        const kept = [...(read.patchesSince ?? [])];
        expect(kept).to.deep.equal([...patches].slice(0, kept.length));
        const bytes = [...patches].reduce((sum, [id, day]) => sum + Buffer.byteLength(`${id} ${day}, `), 0);
        if (bytes <= 2_000) expect(kept).to.have.length(patches.size);
        for (const value of Object.values(fields)) expect(value.length).to.be.at.most(2_048);
      }),
      FIXED,
    );
  });

  it("stays within a value, however long owners, reasons and lists are", () => {
    const patches = Array.from({ length: 40 }, (_, index) => `${index} accepted by ${"x".repeat(300)}`);
    const fields = acceptanceFields({ accepted: "all", until: days(1), by: ["k"], patches });
    expect(fields[PRODUCT_FIELDS.acceptedPatches]).to.match(/ and 3\d more$/);
    const one = acceptanceFields({ accepted: "all", until: days(1), by: ["k"], patches: ["x".repeat(5_000)] });
    expect(one[PRODUCT_FIELDS.acceptedPatches]).to.equal("1 in all");
  });
});

describe("fields that somebody edited", () => {
  const words = fc.constantFrom(
    ...["CRITICAL", "LOW", "KB-HIGH", ", ", " ", "x", "2026-01-01", "9999-12-31", "+275760-09-13T00:00:00.000Z"],
    ...["-271821-04-20T00:00:00.000Z", "2026-99-99", "soon", "overdue", "all", "some", "NaN", "__proto__", "0"],
  );
  const edited = fc.oneof(fc.string({ unit: words, maxLength: 12 }), hostileText(200), fc.constant(undefined));
  const KEYS = [
    ...([
      "levelsSince",
      "patchesSince",
      "openSince",
      "due",
      "dueDate",
      "dueReason",
      "overdue",
      "ratedSeverity",
    ] as const),
    ...(["peakSeverity", "accepted", "acceptedUntil", "changeId", "operationEndTime", "contentHash"] as const),
  ];
  const edits = fc.record(Object.fromEntries(KEYS.map((key) => [key, edited])), { requiredKeys: [] });

  it("never stop an execution or a sweep, and the next execution settles them", () => {
    const scan = (node: FindingLife, day: number) => node.scan(day, [missing("HIGH"), missing("LOW")]);
    fc.assert(
      fc.property(edits, fc.boolean(), fc.boolean(), (fields, overdueRaisesSeverity, closed) => {
        const node = new FindingLife({ overdueRaisesSeverity });
        scan(node, -20);
        if (closed) node.scan(-15, []);
        node.edit(fields);
        if (!closed) node.sweep(-10);
        scan(node, -5);
        expect(scan(node, -4).action).to.be.oneOf(["unchanged", "refresh"]);
      }),
      { ...FIXED, numRuns: 500 },
    );
  });

  const TOO_LATE = "+275760-09-13T00:00:00.000Z";
  for (const [name, fields] of Object.entries({
    "a clock at the end of time": { levelsSince: `HIGH ${TOO_LATE}`, openSince: "x" },
    "an age at the end of time": { openSince: TOO_LATE, levelsSince: undefined },
  })) {
    it(`are survived: ${name}`, () => {
      const node = new FindingLife();
      node.scan(-20, [missing("HIGH")]);
      node.edit(fields);
      expect(node.scan(-5, [missing("HIGH")]).action).to.equal("update");
      expect(node.field("levelsSince")).to.equal(`HIGH ${days(-5)}`);
    });
  }
});
