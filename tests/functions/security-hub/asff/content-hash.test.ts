import { DEFAULT_POLICIES } from "../../../../contract/policies.ts";
import { PRODUCT_FIELDS } from "../../../../contract/product-fields.ts";
import { expect } from "chai";
import { policiesHash } from "../../../../functions/compliance/severity.ts";
import { buildFinding } from "../../../../functions/security-hub/asff/compliance.ts";
import { contentHash } from "../../../../functions/security-hub/asff/content-hash.ts";
import { counts, minutes, noncompliantSource, patch, rated, SCOPE, source } from "../../../fixtures/node-fixtures.ts";

const HYBRID = "mi-0123456789abcdef0";
const TIMES = { createdAt: minutes(0), updatedAt: minutes(1), firstObservedAt: minutes(-1) };

describe("contentHash", () => {
  const hash = (parts: Parameters<typeof source>[0] = {}, patches = [patch()]) =>
    contentHash(rated([noncompliantSource(patches, parts)]), SCOPE);
  const same = {
    baselineId: "pb-2",
    startedAt: minutes(-2),
    endedAt: minutes(-1),
    operationId: "b",
    rebootOption: "x",
  };

  it("is in the finding, and does not depend on run, baseline, times or installed counts", () => {
    expect(buildFinding(rated(), SCOPE, TIMES).ProductFields[PRODUCT_FIELDS.contentHash]).to.equal(hash());
    expect(hash({ ...same, counts: counts({ missing: 1, installed: 1, installedOther: 2 }) })).to.equal(hash());
  });

  const judged = rated();
  const rulesChanged = {
    ...judged,
    severity: {
      ...judged.severity,
      rules: policiesHash({ ...DEFAULT_POLICIES, severityRules: [{ severity: "LOW" }] }),
    },
  };
  const changes: [name: string, other: string][] = [
    ["a count", hash({ counts: counts({ missing: 2 }) })],
    ["a cause", hash({}, [patch({ state: "Failed" })])],
    ["a patch", hash({}, [patch({ id: "KB2" })])],
    ["one more patch", hash({}, [patch(), patch({ id: "KB2" })])],
    ["a severity", hash({}, [patch({ vendor: "Low" })])],
    ["a CVE", hash({}, [patch({ cves: "CVE-2024-1111" })])],
    ["the severity rules", contentHash(rulesChanged, SCOPE)],
    ["the status", contentHash(rated(undefined, "compliant"), SCOPE)],
    ["the resource", contentHash(rated(undefined, "noncompliant", { nodeId: HYBRID }), SCOPE)],
    ["the product's name", contentHash(rated(), { ...SCOPE, productName: "x" })],
  ];
  for (const [name, other] of changes) it(`changes with ${name}`, () => expect(other).to.not.equal(hash()));
});
