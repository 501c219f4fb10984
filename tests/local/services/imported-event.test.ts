import { expect } from "chai";
import type { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";
import { ACCOUNT, PRODUCT, call, finding, load, newHub, type Json } from "../../fixtures/security-hub-fixtures.ts";

const LATER = "2026-11-02T00:00:00.000Z";

function listen(hub: SecurityHub): Json[] {
  const events: Json[] = [];
  hub.sendEventsTo((event) => events.push(structuredClone(event) as Json));
  return events;
}
const update = (hub: SecurityHub, id: unknown) =>
  call(hub, "BatchUpdateFindings", {
    FindingIdentifiers: [{ Id: id, ProductArn: PRODUCT }],
    Note: { Text: "seen", UpdatedBy: "ann" },
  });

describe("Security Hub stand-in: events", () => {
  it("sends one event for each imported finding, as GetFindings returns it", () => {
    const hub = newHub();
    const events = listen(hub);
    load(hub, finding(), finding({ Id: "another" }));
    expect(events.map(({ detail }) => detail)).to.deep.equal(hub.findings().map((each) => ({ findings: [each] })));
    expect(events[0]).to.deep.include({
      source: "aws.securityhub",
      "detail-type": "Security Hub Findings - Imported",
      account: ACCOUNT,
      region: "eu-west-1",
      time: "2026-11-20T12:00:00Z",
      resources: [`${PRODUCT}/eu-west-1/123456789012/i-1`],
    });
    expect(events[0]?.["id"]).to.not.equal(events[1]?.["id"]);
  });

  it("sends none for an import that is ignored or refused", () => {
    const hub = newHub({ findings: [finding()] });
    const events = listen(hub);
    load(hub, finding({ Title: "not newer" }));
    load(hub, finding({ Id: "refused", Title: undefined }));
    expect(events).to.deep.equal([]);
    load(hub, finding({ UpdatedAt: LATER }));
    expect(events).to.have.lengthOf(1);
  });

  it("sends one for each finding that a customer updates, with the provider's UpdatedAt", () => {
    const hub = newHub({ findings: [finding()] });
    const events = listen(hub);
    update(hub, "none");
    expect(events).to.deep.equal([]);
    update(hub, finding()["Id"]);
    const [updated] = events.flatMap(({ detail }) => (detail as { findings: Json[] }).findings);
    expect(updated?.["Note"]).to.deep.include({ Text: "seen" });
    expect(updated?.["UpdatedAt"]).to.equal(finding()["UpdatedAt"]);
  });
});
