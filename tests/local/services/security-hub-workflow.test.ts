import { expect } from "chai";
import type { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";
import { PRODUCT, call, finding, load, newHub, only } from "../../fixtures/security-hub-fixtures.ts";
import type { Json } from "../../fixtures/security-hub-fixtures.ts";

const LATER = "2026-11-02T00:00:00.000Z";
const later = (parts: Json = {}) => finding({ UpdatedAt: LATER, ...parts });

const edit = (hub: SecurityHub, update: Json) =>
  call(hub, "BatchUpdateFindings", { FindingIdentifiers: [{ Id: finding()["Id"], ProductArn: PRODUCT }], ...update });

describe("Security Hub stand-in: workflow", () => {
  const resets: { name: string; status: string; before: Json; after: Json; result: string }[] = [
    ...["RESOLVED", "NOTIFIED"].flatMap((status) => [
      { name: "reactivated", status, before: { RecordState: "ARCHIVED" }, after: {}, result: "NEW" },
      ...["FAILED", "WARNING", "NOT_AVAILABLE"].map((Status) => ({
        name: `passed, then ${Status}`,
        status,
        before: { Compliance: { Status: "PASSED" } },
        after: { Compliance: { Status } },
        result: "NEW",
      })),
      {
        name: "passed again",
        status,
        before: { Compliance: { Status: "PASSED" } },
        after: { Compliance: { Status: "PASSED" } },
        result: status,
      },
      {
        name: "still failed",
        status,
        before: { Compliance: { Status: "FAILED" } },
        after: { Compliance: { Status: "WARNING" } },
        result: status,
      },
      {
        name: "still archived",
        status,
        before: { RecordState: "ARCHIVED" },
        after: { RecordState: "ARCHIVED" },
        result: status,
      },
    ]),
    { name: "reactivated", status: "SUPPRESSED", before: { RecordState: "ARCHIVED" }, after: {}, result: "SUPPRESSED" },
  ];
  for (const { name, status, before, after, result } of resets) {
    it(`workflow ${status}, ${name}: ${result}`, () => {
      const hub = newHub();
      load(hub, finding(before));
      edit(hub, { Workflow: { Status: status } });
      load(hub, later(after));
      expect(only(hub)["Workflow"]).to.deep.equal({ Status: result });
    });
  }
});
