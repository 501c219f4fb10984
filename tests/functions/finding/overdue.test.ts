import { expect } from "chai";
import { ageFields, OPEN_SINCE, OVERDUE } from "../../../functions/finding/overdue.ts";
import { reconcileCompliance } from "../../../functions/finding/reconcile-compliance.ts";
import type { StoredFinding } from "../../../functions/finding/stored-finding.ts";
import { days, minutes, rated, READ_AT, SCOPE } from "../../fixtures/node-fixtures.ts";

const open = (parts: Partial<StoredFinding>): StoredFinding => ({ RecordState: "ACTIVE", ...parts });
const since = (time: string) => ({ ProductFields: { [OPEN_SINCE]: time } });

describe("how long a finding has been open", () => {
  const cases: [name: string, stored: StoredFinding | undefined, since: string, overdue: boolean][] = [
    ["a new one", undefined, minutes(-60), false],
    ["29 days", open(since(days(-29))), days(-29), false],
    ["30 days", open(since(days(-30))), days(-30), true],
    ["from before this was kept", open({ FirstObservedAt: days(-40) }), days(-40), true],
    ["with an unreadable time", open(since("yesterday")), minutes(-60), false],
    ["with nothing known", open({}), minutes(-60), false],
    ["opened again", { ...open(since(days(-40))), RecordState: "ARCHIVED" }, minutes(-60), false],
  ];
  for (const [name, stored, from, overdue] of cases) {
    it(name, () => {
      expect(ageFields(READ_AT, minutes(-60), stored)).to.deep.equal({
        [OPEN_SINCE]: from,
        ...(overdue && { [OVERDUE]: "true" }),
      });
    });
  }

  const opened = (): StoredFinding => reconcileCompliance(rated(), undefined, SCOPE).finding ?? {};
  const aged = (fields: Record<string, string>): StoredFinding => {
    const stored = opened();
    return { ...stored, UpdatedAt: days(-1), ProductFields: { ...stored.ProductFields, ...fields } };
  };

  it("becoming overdue is one update, and no more", () => {
    const late = aged({ [OPEN_SINCE]: days(-31) });
    const { action, reason, finding } = reconcileCompliance(rated(), late, SCOPE);
    expect([action, reason]).to.deep.equal(["update", "open for more than 30 days"]);
    expect(finding?.["ProductFields"]).to.deep.include({ [OPEN_SINCE]: days(-31), [OVERDUE]: "true" });
    expect(reconcileCompliance(rated(), { ...late, ...finding, UpdatedAt: days(-1) }, SCOPE).action).to.equal(
      "unchanged",
    );
  });

  it("a finding written before ages were kept is not touched for that", () => {
    expect(reconcileCompliance(rated(), { ...aged({}), FirstObservedAt: days(-5) }, SCOPE).action).to.equal(
      "unchanged",
    );
  });
});
