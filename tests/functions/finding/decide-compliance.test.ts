import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { expect } from "chai";
import type { Change } from "../../fixtures/reconcile.ts";
import { isOwnFinding, type StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import type { Judgement } from "../../../functions/compliance/verdict.ts";
import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { complianceChange } from "../../fixtures/node-pipeline.ts";
import {
  counts,
  days,
  minutes,
  NODE,
  noncompliantSource,
  patch,
  rated,
  READ_AT,
  SCOPE,
  source,
} from "../../fixtures/node-fixtures.ts";

const STORED_END = minutes(-60);
const CREATED = days(-20);
const UPDATED = days(-1);

/** The finding as opened for `rated()`, an hour's old operation, a day ago. */
function stored(parts: Partial<StoredFinding> = {}): StoredFinding {
  const { finding } = complianceChange(rated());
  if (finding === undefined) throw new Error("nothing was opened");
  return { ...finding, CreatedAt: CREATED, FirstObservedAt: days(-21), UpdatedAt: UPDATED, ...parts };
}

const closed = stored({ RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } });
const other = [noncompliantSource([patch({ vendor: "Critical" })])];

interface Case {
  readonly name: string;
  readonly now: Judgement["status"];
  readonly sources?: readonly SourceReading[];
  readonly endedAt?: string;
  readonly stored?: StoredFinding;
  readonly action: Change["action"];
  readonly says?: RegExp;
}

const later = minutes(-30);
const earlier = minutes(-90);
const cases: Case[] = [
  { name: "a new problem", now: "noncompliant", action: "open", says: /^INFORMATIONAL: .* \(KB5034441\)$/ },
  { name: "compliant, never seen", now: "compliant", action: "unchanged", says: /there is no finding/ },
  { name: "unproven, never seen", now: "unproven", action: "unchanged", says: /no proof of compliance: stale/ },
  { name: "unproven beside a finding", now: "unproven", endedAt: later, stored: stored(), action: "unchanged" },
  { name: "the same again", now: "noncompliant", stored: stored(), action: "unchanged", says: /as before/ },
  { name: "the same by a later run", now: "noncompliant", endedAt: later, stored: stored(), action: "unchanged" },
  {
    name: "worse, later",
    now: "noncompliant",
    sources: other,
    endedAt: later,
    stored: stored(),
    action: "update",
    says: /^CRITICAL/,
  },
  { name: "worse at the same end", now: "noncompliant", sources: other, stored: stored(), action: "update" },
  {
    name: "worse, but of an earlier run",
    now: "noncompliant",
    sources: other,
    endedAt: earlier,
    stored: stored(),
    action: "unchanged",
    says: /already shows a later operation/,
  },
  {
    name: "a different count",
    now: "noncompliant",
    sources: [noncompliantSource([patch()], { counts: counts({ missing: 2 }) })],
    stored: stored(),
    action: "update",
  },
  {
    name: "only installed counts differ",
    now: "noncompliant",
    sources: [noncompliantSource([patch()], { counts: counts({ missing: 1, installed: 1 }) })],
    stored: stored(),
    action: "unchanged",
  },
  {
    name: "a provider's severity that is not ours",
    now: "noncompliant",
    stored: stored({ FindingProviderFields: { Severity: { Label: "LOW" } } }),
    action: "update",
  },
  {
    name: "compliant, later",
    now: "compliant",
    endedAt: later,
    stored: stored(),
    action: "close",
    says: /compliant since the operation that ended 2026-11-20T11:30/,
  },
  {
    name: "compliant at the same end",
    now: "compliant",
    stored: stored(),
    action: "unchanged",
    says: /only an operation later than/,
  },
  { name: "compliant, earlier", now: "compliant", endedAt: earlier, stored: stored(), action: "unchanged" },
  { name: "compliant again", now: "compliant", endedAt: later, stored: closed, action: "unchanged", says: /is closed/ },
  { name: "a problem again, later", now: "noncompliant", endedAt: later, stored: closed, action: "reopen" },
  { name: "a problem again, at the same end", now: "noncompliant", stored: closed, action: "reopen" },
  {
    name: "a problem again, but of an earlier run",
    now: "noncompliant",
    endedAt: earlier,
    stored: closed,
    action: "unchanged",
  },
  {
    name: "archived by hand",
    now: "noncompliant",
    endedAt: later,
    stored: stored({ RecordState: "ARCHIVED" }),
    action: "reopen",
  },
  {
    name: "a finding without an operation end",
    now: "compliant",
    stored: stored({ ProductFields: {} }),
    action: "close",
  },
  {
    name: "a finding whose end is no time",
    now: "noncompliant",
    stored: stored({ ProductFields: { [PRODUCT_FIELDS.operationEndTime]: "x" } }),
    action: "update",
  },
  {
    name: "6 days old, a newer run",
    now: "noncompliant",
    endedAt: later,
    stored: stored({ UpdatedAt: days(-6.99) }),
    action: "unchanged",
  },
  {
    name: "7 days old, a newer run",
    now: "noncompliant",
    endedAt: later,
    stored: stored({ UpdatedAt: days(-7) }),
    action: "refresh",
    says: /newer run/,
  },
  {
    name: "7 days old, no newer run",
    now: "noncompliant",
    stored: stored({ UpdatedAt: days(-7) }),
    action: "unchanged",
  },
  {
    name: "30 days old, no newer run",
    now: "noncompliant",
    stored: stored({ UpdatedAt: days(-30) }),
    action: "refresh",
    says: /^refreshed/,
  },
  {
    name: "30 days old and closed",
    now: "compliant",
    stored: { ...closed, UpdatedAt: days(-30) },
    action: "unchanged",
  },
];

function judged({ now, sources, endedAt = STORED_END }: Case) {
  const given = sources ?? (now === "noncompliant" ? [noncompliantSource()] : [source()]);
  return rated(given, now, { endedAt, notes: now === "unproven" ? "stale data: x" : "" });
}

describe("reconcile", () => {
  for (const one of cases) {
    it(`${one.name}: ${one.action}`, () => {
      const { finding, ...change } = complianceChange(judged(one), one.stored);
      expect(change).to.include({ nodeId: NODE, action: one.action });
      if (one.says !== undefined) expect(change.reason).to.match(one.says);
      expect(finding === undefined, "a finding only if something is to be imported").to.equal(
        one.action === "unchanged",
      );
      if (finding === undefined) return;
      expect(finding.RecordState).to.equal(one.action === "close" ? "ARCHIVED" : "ACTIVE");
      expect(finding.ProductFields).to.include({ [PRODUCT_FIELDS.operationEndTime]: one.endedAt ?? STORED_END });
      expect(finding.CreatedAt).to.equal(one.stored === undefined ? STORED_END : CREATED);
      expect(finding.FirstObservedAt).to.equal(one.stored === undefined ? STORED_END : days(-21));
      expect(Date.parse(String(finding["UpdatedAt"]))).to.be.above(Date.parse(one.stored?.UpdatedAt ?? "") || 0);
    });
  }

  it("leaves an imported finding unchanged the next time", () => {
    for (const one of cases) {
      const { finding } = complianceChange(judged(one), one.stored);
      if (finding !== undefined) expect(complianceChange(judged(one), finding).action, one.name).to.equal("unchanged");
    }
  });

  it("sees a change of the product's name or of a hybrid node's resource type", () => {
    expect(complianceChange(rated(), stored(), { ...SCOPE, companyName: "Acme" }).action).to.equal("update");
    expect(stored().ProductFields?.[PRODUCT_FIELDS.contentHash]).to.match(/^[0-9a-f]{32}$/);
  });
});

describe("reconcile: UpdatedAt", () => {
  const updates: [name: string, stored: string | undefined, expected: string][] = [
    ["is the reading's time", days(-1), READ_AT],
    ["is later than the stored one, at the same time", READ_AT, "2026-11-20T12:00:00.001Z"],
    ["is later than the stored one, after the reading", minutes(5), "2026-11-20T12:05:00.001Z"],
    ["is the reading's time if none is stored", undefined, READ_AT],
    ["is the reading's time if the stored one is not a time", "never", READ_AT],
  ];
  for (const [name, UpdatedAt, expected] of updates) {
    it(name, () => {
      const { finding } = complianceChange(rated(other), { ...stored(), UpdatedAt });
      expect(finding?.UpdatedAt).to.equal(expected);
      expect(finding?.LastObservedAt).to.equal(READ_AT);
    });
  }
});

describe("isOwnFinding", () => {
  it("is this deployment's finding about this node", () => {
    expect(isOwnFinding(stored(), SCOPE, NODE)).to.equal(true);
  });

  const foreign: Partial<StoredFinding>[] = [
    { Id: "patch-manager-findings/us-east-2/111122223333/i-00000000" },
    { ProductArn: "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default" },
    { ProductArn: "arn:aws:securityhub:us-east-2:999999999999:product/999999999999/default" },
    { AwsAccountId: "999999999999" },
    { GeneratorId: "aws-foundational-security-best-practices/v/1.0.0/SSM.2" },
    { GeneratorId: undefined },
  ];
  for (const parts of foreign) {
    it(`is not one with ${JSON.stringify(parts)}`, () => {
      expect(isOwnFinding(stored(parts), SCOPE, NODE)).to.equal(false);
    });
  }
});
