import { expect } from "chai";
import { buildFinding } from "../../../../functions/security-hub/asff/compliance.ts";
import { contentHash } from "../../../../functions/security-hub/asff/content-hash.ts";
import { minutes, noncompliantSource, patch, rated, SCOPE } from "../../../fixtures/node-fixtures.ts";

const times = { createdAt: minutes(0), updatedAt: minutes(1), firstObservedAt: minutes(-1) };

describe("CVEs of a finding", () => {
  it("name at most 5 patches each, in their order, and the fix", () => {
    const ids = Array.from({ length: 12 }, (_, index) => `package-${10 + index}`);
    const judged = rated([noncompliantSource(ids.map((id) => patch({ id, cves: "CVE-2024-1111" })))]);
    expect(buildFinding(judged, SCOPE, times).Vulnerabilities).to.deep.equal([
      {
        Id: "CVE-2024-1111",
        VulnerablePackages: ids.slice(0, 5).map((Name) => ({ Name })),
        FixAvailable: "YES",
        ReferenceUrls: ["https://nvd.nist.gov/vuln/detail/CVE-2024-1111"],
      },
    ]);
  });

  it("change the content hash, even if their number is the same", () => {
    const [one, other] = ["CVE-2024-1111", "CVE-2024-2222"].map((cves) =>
      contentHash(rated([noncompliantSource([patch({ cves })])]), SCOPE),
    );
    expect(one).to.not.equal(other);
  });
});
