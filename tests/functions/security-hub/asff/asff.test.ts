import { expect } from "chai";
import { PRODUCT_FIELDS } from "../../../../contract/product-fields.ts";
import { decode, encode, findStored } from "../../../../functions/security-hub/asff/asff.ts";
import { contentHash } from "../../../../functions/security-hub/asff/content-hash.ts";
import type { ImportableFinding } from "../../../../functions/security-hub/asff/stored-finding.ts";
import { minutes, NODE, rated, READ_AT, SCOPE } from "../../../fixtures/node-fixtures.ts";

const about = { nodeId: NODE, kind: "compliance", reason: "x" } as const;
const changed = { change: "opened", changeId: "0123456789abcdef" } as const;
const life = {
  openSince: minutes(-90),
  levelsSince: { CRITICAL: minutes(-90), LOW: minutes(-60) },
  patchesSince: new Map([["KB5034441", "2026-11-19"]]),
  dueDate: minutes(-1),
  dueReason: "CRITICAL patches must be installed",
  due: "overdue",
  severity: "HIGH",
  ratedSeverity: "MEDIUM",
  peakSeverity: "CRITICAL",
} as const;
const acceptance = { accepted: "some", until: minutes(90), by: ["1f3b9c02"], patches: ["KB1 accepted"] } as const;

function encoded(): ImportableFinding {
  const intent = {
    ...about,
    ...changed,
    action: "open",
    content: { shows: "noncompliance", life, acceptance },
  } as const;
  const finding = encode(intent, rated(), undefined, SCOPE);
  if (finding === undefined) throw new Error("nothing is encoded");
  return finding;
}

describe("the AWS Security Finding Format", () => {
  it("decodes an encoded finding", () => {
    expect(decode(encoded(), "compliance")).to.deep.equal({
      acceptedBy: ["1f3b9c02"],
      rules: rated().severity.rules,
      closed: false,
      operationEnd: minutes(-60),
      updatedAt: READ_AT,
      contentHash: contentHash(rated(), SCOPE),
      ...life,
      accepted: "some",
      acceptedUntil: minutes(90),
      changeId: changed.changeId,
    });
  });

  it("decodes the age from FirstObservedAt if the finding has none", () => {
    const { openSince } = decode({ ...encoded(), ProductFields: {} }, "compliance");
    expect(openSince).to.equal(minutes(-60));
  });

  it("decodes a removal, an absence and a blind spot", () => {
    const ProductFields = {
      [PRODUCT_FIELDS.removed]: "absent",
      [PRODUCT_FIELDS.absentSince]: minutes(-10),
      [PRODUCT_FIELDS.blindSpot]: "noData",
    };
    const stored = { ...encoded(), RecordState: "ARCHIVED", ProductFields } as const;
    expect(decode(stored, "blindSpot")).to.include({
      closed: true,
      removed: "absent",
      absentSince: minutes(-10),
      blindSpot: "noData",
    });
  });

  it("returns a finding with our Id and another generator as foreign", () => {
    const stored = [{ ...encoded(), GeneratorId: "someone" }];
    expect(findStored(stored, SCOPE, NODE, "compliance")).to.deep.equal({
      remembered: { foreign: true, generator: "someone" },
    });
  });

  it("refuses to close a finding that is not stored", () => {
    const content = { shows: "compliance", ended: {} } as const;
    const intent = { ...about, ...changed, action: "close", content } as const;
    expect(() => encode(intent, rated(), undefined, SCOPE)).to.throw(RangeError, "no stored finding");
  });
});
