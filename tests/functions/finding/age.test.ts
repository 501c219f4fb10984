import { expect } from "chai";
import { openSinceOf } from "../../../functions/finding/age.ts";
import type { Remembered } from "../../../functions/finding/remembered.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { complianceChange } from "../../fixtures/node-pipeline.ts";
import { days, minutes, rated } from "../../fixtures/node-fixtures.ts";

const open = (parts: Partial<Remembered>): Remembered => ({ closed: false, ...parts });

describe("since when a finding has been open", () => {
  const cases: [name: string, stored: Remembered | undefined, since: string][] = [
    ["a new one", undefined, minutes(-60)],
    ["29 days", open({ openSince: days(-29) }), days(-29)],
    ["with an unreadable time", open({ openSince: "yesterday" }), minutes(-60)],
    ["with nothing known", open({}), minutes(-60)],
    ["opened again", open({ openSince: days(-40), closed: true }), minutes(-60)],
  ];
  for (const [name, stored, openSince] of cases) {
    it(name, () => {
      expect(openSinceOf(minutes(-60), stored)).to.equal(openSince);
    });
  }

  it("does not update a finding whose age is not stored", () => {
    const opened: StoredFinding = complianceChange(rated()).finding ?? {};
    const stored = { ...opened, FirstObservedAt: days(-5), UpdatedAt: days(-1) };
    expect(complianceChange(rated(), stored).action).to.equal("unchanged");
  });
});
