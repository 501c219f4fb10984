/** Conditions on tags in a sweep. */
import { expect } from "chai";
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { policiesHash } from "../../functions/compliance/severity.ts";
import { state } from "../doubles/patch-data.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { named, sweep } from "../fixtures/sweep-fixture.ts";

const POLICIES: Policies = {
  ...DEFAULT_POLICIES,
  deadlineRules: [{ nodes: { tags: { Env: ["prod"] } }, days: { HIGH: 7 } }],
};
const [SAME, TAGGED, UNTAGGED] = [nodeId(1), nodeId(2), nodeId(3)];

/** An open finding that was judged with these tags. */
function judged(id: string, tagMatches: readonly number[]) {
  const { ProductFields, ...rest } = complianceFinding(id, [{}]);
  const rules = { "PatchFindings/SeverityRules": policiesHash(POLICIES, tagMatches) };
  return { ...rest, ProductFields: { ...ProductFields, ...rules } };
}

const world = (ids: readonly string[], open: readonly object[]) => ({
  pages: [ids],
  states: ids.map((InstanceId) => state({ InstanceId, MissingCount: 1 })),
  noncompliant: Object.fromEntries(ids.map((id) => [id, ["Patch"]])),
  open,
  policies: POLICIES,
});

describe("sweep: tags", () => {
  it("sends a node whose tags are not those that its finding was judged by", async () => {
    const ids = [SAME, TAGGED, UNTAGGED];
    const open = [judged(SAME, [0]), judged(TAGGED, []), judged(UNTAGGED, [0])];
    const tags = { [SAME]: { Env: "prod" }, [TAGGED]: { Env: "prod" }, [UNTAGGED]: { Env: "test" } };
    const { references, calls } = await sweep({ ...world(ids, open), tags });
    expect(references.map(({ nodeId: id }) => id)).to.deep.equal([TAGGED, UNTAGGED]);
    expect(calls.filter((call) => call === "tags")).to.have.lengthOf(1);
  });

  it("reads tags once for each page that has a finding, and for no other page", async () => {
    const ids = Array.from({ length: 150 }, (_, index) => nodeId(index));
    const pages = [ids.slice(0, 50), ids.slice(50, 100), ids.slice(100)];
    const open = ids.slice(0, 100).map((id) => judged(id, []));
    const { calls } = await sweep({ ...world(ids, open), pages, tags: {} });
    expect(calls.filter((call) => call === "tags")).to.have.lengthOf(2);
  });

  it("reads no tags if no policy names one", async () => {
    const given = { ...world([SAME], [judged(SAME, [])]), tags: {}, policies: DEFAULT_POLICIES };
    expect((await sweep(given)).calls).to.not.include("tags");
  });

  it("takes no node for changed if the tags cannot be read, and reads the page again", async () => {
    const given = { ...world([SAME], [judged(SAME, [0])]), tags: {}, unread: "tags" as const };
    const { references, handed, outcomes } = await sweep(given);
    expect(references).to.deep.equal([]);
    expect(handed.length).to.be.greaterThan(1);
    expect(outcomes.at(-1)).to.equal("unfinished");
  });

  it("stops, with an alarm, if it may not read tags", async () => {
    const given = { ...world([SAME], [judged(SAME, [0])]), tags: {}, unread: "tags" as const };
    const { references, handed, counted } = await sweep({ ...given, unreadError: named("AccessDeniedException") });
    expect([references, handed, counted]).to.deep.equal([[], [], ["SweepUnfinished"]]);
  });
});
