/** Security Hub adds the tags of a node at each import. What the program sends must not pin old ones. */
import { expect } from "chai";
import type { RatedJudgement } from "../../../../functions/compliance/node-severity.ts";
import type { ImportableFinding } from "../../../../functions/security-hub/asff/stored-finding.ts";
import { SecurityHub } from "../../../../local/services/security-hub/security-hub.ts";
import { minutes, NODE, rated, SCOPE, source } from "../../../fixtures/node-fixtures.ts";
import { reconcile } from "../../../fixtures/reconcile.ts";

const caller = { roleArn: `arn:aws:iam::${SCOPE.account}:role/publish`, account: SCOPE.account, region: SCOPE.region };
const later = (judged: RatedJudgement, minute: number): RatedJudgement => ({
  ...judged,
  evidence: { ...judged.evidence, readAt: minutes(minute) },
});

function newAccount() {
  const tags = new Map([[NODE, { Team: "payments" }]]);
  const hub = new SecurityHub({ ...SCOPE, now: () => new Date(minutes(60)), findings: [], tags });
  const stored = () => hub.findings() as ImportableFinding[];
  /** Imports what the judgement changes. @returns the resources that were sent, and the tags that Security Hub has */
  const judge = (judged: RatedJudgement) => {
    const sent = reconcile(judged, stored(), SCOPE).flatMap(({ finding }) => finding ?? []);
    expect(sent, "imports").to.have.length(1);
    expect(JSON.stringify(sent), "what is sent").to.not.include("Tags");
    hub.call("BatchImportFindings", { Findings: sent }, caller);
    return stored().map(({ Resources = [] }) => Resources[0]?.Tags);
  };
  return { tags, judge };
}

const unknown: RatedJudgement = { ...rated([], "unknown"), evidence: { ...rated().evidence, sources: [] } };
const steps: readonly (readonly [string, RatedJudgement])[] = [
  ["a later reading", rated([source()], "compliant", { endedAt: minutes(-5) })],
  ["the first sweep without the node", { ...unknown, removed: "absent", sweep: minutes(1) }],
  ["the end of the node", { ...unknown, removed: "terminated" }],
];

describe("tags that change", () => {
  for (const [name, judged] of steps) {
    it(`are the node's own after ${name}`, () => {
      const { tags, judge } = newAccount();
      expect(judge(rated())).to.deep.equal([{ Team: "payments" }]);
      tags.set(NODE, { Team: "platform" });
      expect(judge(later(judged, 2))).to.deep.equal([{ Team: "platform" }]);
    });

    it(`are gone with the node's own after ${name}`, () => {
      const { tags, judge } = newAccount();
      judge(rated());
      tags.delete(NODE);
      expect(judge(later(judged, 2))).to.deep.equal([undefined]);
    });
  }
});
