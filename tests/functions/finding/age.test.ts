import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { expect } from "chai";
import { ageOf } from "../../../functions/finding/age.ts";
import type { Remembered } from "../../../functions/finding/remembered.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { complianceChange } from "../../fixtures/node-pipeline.ts";
import { days, minutes, rated, READ_AT } from "../../fixtures/node-fixtures.ts";

const open = (parts: Partial<Remembered>): Remembered => ({ closed: false, overdue: false, ...parts });

describe("how long a finding has been open", () => {
  const cases: [name: string, stored: Remembered | undefined, since: string, overdue: boolean][] = [
    ["a new one", undefined, minutes(-60), false],
    ["29 days", open({ openSince: days(-29) }), days(-29), false],
    ["30 days", open({ openSince: days(-30) }), days(-30), true],
    ["with an unreadable time", open({ openSince: "yesterday" }), minutes(-60), false],
    ["with nothing known", open({}), minutes(-60), false],
    ["opened again", open({ openSince: days(-40), closed: true }), minutes(-60), false],
  ];
  for (const [name, stored, openSince, overdue] of cases) {
    it(name, () => {
      expect(ageOf(READ_AT, minutes(-60), stored)).to.deep.equal({ openSince, overdue });
    });
  }

  const opened = (): StoredFinding => complianceChange(rated()).finding ?? {};
  const aged = (fields: Record<string, string>): StoredFinding => {
    const stored = opened();
    return { ...stored, UpdatedAt: days(-1), ProductFields: { ...stored.ProductFields, ...fields } };
  };

  it("updates a finding once when it becomes overdue", () => {
    const late = aged({ [PRODUCT_FIELDS.openSince]: days(-31) });
    const { action, reason, finding } = complianceChange(rated(), late);
    expect([action, reason]).to.deep.equal(["update", "open for 30 days or more"]);
    expect(finding?.ProductFields).to.deep.include({
      [PRODUCT_FIELDS.openSince]: days(-31),
      [PRODUCT_FIELDS.overdue]: "true",
    });
    expect(complianceChange(rated(), { ...late, ...finding, UpdatedAt: days(-1) }).action).to.equal("unchanged");
  });

  it("does not update a finding that was written before ages were kept", () => {
    expect(complianceChange(rated(), { ...aged({}), FirstObservedAt: days(-5) }).action).to.equal("unchanged");
  });
});
