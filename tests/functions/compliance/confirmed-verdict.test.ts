import { expect } from "chai";
import { rateJudgement } from "../../fixtures/node-fixtures.ts";
import { judgeConfirmed, mustAskEc2, type Ec2Answer } from "../../../functions/compliance/confirmed-verdict.ts";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import type { NodeReading, SourceReading } from "../../../functions/compliance/reading.ts";
import { reconcile } from "../../fixtures/reconcile.ts";
import type { StoredFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { MAX_READS_OF_NODE } from "../../../functions/compliance/verdict.ts";
import {
  days,
  minutes,
  noncompliantSource,
  rated,
  reading,
  READ_AT,
  reference,
  SCOPE,
  source,
} from "../../fixtures/node-fixtures.ts";

const HYBRID = "mi-0123456789abcdef0";
const EVENT_AT = minutes(-30);
const says = (...states: string[]): Ec2Answer => ({ nodeId: reference().nodeId, answer: { states } });
const silence: Ec2Answer = { nodeId: reference().nodeId, error: "Ec2.Ec2Exception" };
const terminated: Partial<NodeReference> = { removed: "terminated", removedAt: EVENT_AT };
const absent: Partial<NodeReference> = { removed: "absent", sweep: minutes(-20) };
const deregistered: Partial<NodeReference> = { removed: "deregistered", removedAt: EVENT_AT };
const ofHybrid = { ...deregistered, nodeId: HYBRID };
const failedRun: Partial<NodeReference> = {
  attempts: MAX_READS_OF_NODE - 1,
  patchRun: { document: "AWS-RunPatchBaseline", notBefore: minutes(-10), status: "Undeliverable" },
};
const swept = { sweep: READ_AT };
const listed = { listed: true as const };
const before = { ...listed, pingedAt: minutes(-31) };
const after = { ...listed, pingedAt: minutes(-29) };

const open = reconcile(rated(undefined, "noncompliant", { readAt: minutes(-40) }), [], SCOPE).flatMap(
  ({ finding }) => (finding ?? []) as StoredFinding[],
);
/** Closed for a termination, five minutes before the reading. */
const closed = reconcile(
  { ...rated([], "unknown", { readAt: minutes(-5) }), removed: "terminated" },
  open,
  SCOPE,
).flatMap(({ finding }) => (finding ?? []) as StoredFinding[]);
/** Missed by an earlier sweep. */
const missed = reconcile({ ...rated([], "unknown"), removed: "absent", sweep: minutes(-25) }, open, SCOPE).flatMap(
  ({ finding }) => (finding ?? []) as StoredFinding[],
);
/** Of an operation later than the one that the findings show, and before the termination. */
const late = [noncompliantSource(undefined, { startedAt: minutes(-36), endedAt: minutes(-35) })];
const pingedLate = { ...listed, pingedAt: minutes(-4) };
const unread = { unread: "ThrottlingException: Rate exceeded" };
/** EC2 has not answered for as often as it is waited for. */
const tired: Partial<NodeReference> = { ec2Attempts: MAX_READS_OF_NODE - 1 };

interface Case {
  readonly claim?: Partial<NodeReference>;
  readonly ec2?: Ec2Answer;
  readonly seen?: Partial<NodeReading>;
  readonly sources?: readonly SourceReading[];
  readonly stored?: readonly StoredFinding[];
  /** The verdict, with the removal or the blind spot, and the change of the compliance finding. */
  readonly verdict: string;
  readonly change?: string;
}

/** The node is noncompliant as its open finding says, unless told otherwise. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  "a termination is claimed": [
    { claim: terminated, ec2: says("terminated"), verdict: "unknown terminated", change: "close" },
    { claim: terminated, ec2: says("terminated"), seen: before, verdict: "unknown terminated", change: "close" },
    { claim: terminated, ec2: says("terminated"), seen: after, verdict: "unknown terminated", change: "close" },
    { claim: terminated, ec2: says("running"), verdict: "noncompliant", change: "unchanged" },
    { claim: terminated, ec2: says("running"), seen: before, verdict: "noncompliant", change: "unchanged" },
    { claim: terminated, ec2: says("stopped"), verdict: "noncompliant", change: "unchanged" },
    { claim: terminated, ec2: says("pending"), sources: [], verdict: "notReady claim refuted" },
    { claim: terminated, ec2: says("shutting-down"), verdict: "notReady" },
    { claim: { ...terminated, attempts: 5 }, ec2: says("shutting-down"), verdict: "noncompliant", change: "unchanged" },
    { claim: terminated, ec2: says(), verdict: "unknown absent", change: "unchanged" },
    { claim: terminated, ec2: says(), seen: before, verdict: "unknown absent", change: "unchanged" },
    { claim: terminated, ec2: says(), seen: after, verdict: "noncompliant", change: "unchanged" },
    { claim: { removed: "terminated" }, ec2: says(), seen: after, verdict: "unknown absent", change: "unchanged" },
    { claim: { ...terminated, ...swept }, ec2: says(), verdict: "unknown absent", change: "update" },
    { claim: terminated, ec2: silence, verdict: "notReady" },
    { claim: terminated, verdict: "notReady" },
    { claim: { ...terminated, ...swept }, ec2: says(), seen: unread, verdict: "notReady" },
    { claim: terminated, ec2: says("terminated"), seen: unread, verdict: "unknown terminated", change: "close" },
    { claim: { ...terminated, ...tired }, ec2: silence, verdict: "unknown", change: "unchanged" },
    { claim: { ...terminated, ...tired }, ec2: silence, seen: after, verdict: "unknown", change: "unchanged" },
    { claim: { ...terminated, ...tired }, verdict: "unknown", change: "unchanged" },
    { claim: { ...terminated, ...tired }, ec2: silence, stored: closed, verdict: "unknown", change: "unchanged" },
  ],
  "a sweep did not find it": [
    { claim: absent, ec2: says(), verdict: "unknown absent", change: "update" },
    { claim: absent, ec2: says(), seen: before, verdict: "noncompliant", change: "unchanged" },
    { claim: absent, ec2: says("terminated"), verdict: "unknown terminated", change: "close" },
    { claim: absent, ec2: says("running"), verdict: "noncompliant", change: "unchanged" },
    { claim: absent, ec2: says("shutting-down"), verdict: "noncompliant", change: "unchanged" },
    { claim: absent, ec2: silence, verdict: "notReady" },
    { claim: absent, ec2: says(), seen: unread, verdict: "notReady" },
    { claim: { ...absent, nodeId: HYBRID }, seen: unread, verdict: "notReady" },
    { claim: { ...absent, ...tired }, ec2: silence, stored: missed, verdict: "unknown", change: "unchanged" },
    { claim: { ...absent, ...tired }, ec2: says("stopped"), stored: missed, verdict: "noncompliant", change: "update" },
    { claim: { ...absent, nodeId: HYBRID }, verdict: "unknown absent" },
    { claim: { ...terminated, nodeId: HYBRID }, verdict: "noncompliant" },
  ],
  "a deregistration is claimed": [
    { claim: ofHybrid, verdict: "unknown deregistered" },
    { claim: ofHybrid, sources: [], verdict: "unknown deregistered" },
    { claim: { ...ofHybrid, ...swept }, verdict: "unknown deregistered" },
    { claim: ofHybrid, seen: before, verdict: "notReady" },
    { claim: ofHybrid, seen: listed, verdict: "notReady" },
    { claim: { ...ofHybrid, attempts: 5 }, seen: before, verdict: "noncompliant" },
    { claim: { ...ofHybrid, attempts: 5 }, seen: before, sources: [], verdict: "unknown" },
    { claim: ofHybrid, seen: after, verdict: "noncompliant" },
    { claim: ofHybrid, seen: after, sources: [], verdict: "unknown" },
    { claim: ofHybrid, seen: unread, verdict: "notReady" },
    { claim: { ...ofHybrid, ...failedRun, attempts: 0 }, seen: after, sources: [], verdict: "notReady claim refuted" },
    { claim: deregistered, ec2: says("running"), verdict: "noncompliant", change: "unchanged" },
    { claim: deregistered, ec2: says("running"), sources: [], verdict: "unknown", change: "unchanged" },
    { claim: deregistered, ec2: says("stopped"), sources: [], verdict: "unknown", change: "unchanged" },
    { claim: deregistered, ec2: says("terminated"), verdict: "unknown terminated", change: "close" },
    { claim: deregistered, ec2: says(), verdict: "unknown absent", change: "unchanged" },
    { claim: { ...deregistered, ...swept }, ec2: says(), verdict: "unknown absent", change: "update" },
    { claim: deregistered, ec2: silence, verdict: "notReady" },
  ],
  "a blind spot would be opened": [
    { claim: failedRun, ec2: says("running"), verdict: "noncompliant failedRun", change: "unchanged" },
    { claim: failedRun, ec2: says("stopped"), seen: before, verdict: "noncompliant failedRun", change: "unchanged" },
    { claim: failedRun, ec2: says("terminated"), seen: before, verdict: "unknown terminated", change: "close" },
    { claim: failedRun, ec2: says("shutting-down"), verdict: "noncompliant", change: "unchanged" },
    { claim: failedRun, ec2: says(), verdict: "noncompliant", change: "unchanged" },
    { claim: failedRun, ec2: silence, verdict: "notReady" },
    { claim: { ...failedRun, ...tired }, ec2: silence, verdict: "noncompliant", change: "unchanged" },
    { claim: { ...swept, ...tired }, ec2: silence, seen: listed, sources: [], verdict: "unknown", change: "unchanged" },
  ],
  "the agent is not connected, and the data is noncompliant": [
    { ec2: says("running"), stored: [], seen: listed, verdict: "noncompliant", change: "open" },
    { ec2: says("stopped"), stored: [], seen: listed, verdict: "noncompliant", change: "open" },
    { ec2: says("terminated"), stored: [], seen: listed, verdict: "unknown terminated", change: "unchanged" },
    { ec2: says("terminated"), seen: listed, verdict: "unknown terminated", change: "close" },
    { claim: swept, ec2: says("terminated"), seen: listed, verdict: "unknown terminated", change: "close" },
    { ec2: silence, stored: [], seen: listed, verdict: "notReady" },
    { claim: tired, ec2: silence, stored: [], seen: listed, verdict: "noncompliant", change: "open" },
  ],
  "the finding was closed for a termination": [
    { stored: closed, seen: listed, verdict: "noncompliant", change: "unchanged" },
    { stored: closed, seen: before, verdict: "noncompliant", change: "unchanged" },
    { stored: closed, seen: { ...listed, pingedAt: minutes(-6) }, verdict: "noncompliant", change: "unchanged" },
    { stored: closed, seen: pingedLate, verdict: "noncompliant", change: "reopen" },
    { stored: closed, claim: terminated, ec2: says("stopped"), verdict: "noncompliant", change: "reopen" },
    { stored: closed, claim: terminated, ec2: says("terminated"), verdict: "unknown terminated", change: "unchanged" },
    { stored: closed, claim: terminated, ec2: says(), verdict: "unknown absent", change: "unchanged" },
    { stored: closed, sources: late, seen: listed, verdict: "noncompliant", change: "unchanged" },
    { stored: closed, sources: late, seen: listed, ec2: says(), verdict: "noncompliant", change: "unchanged" },
    { stored: closed, sources: late, ec2: says("terminated"), verdict: "unknown terminated", change: "unchanged" },
    { stored: closed, sources: late, claim: tired, ec2: silence, verdict: "noncompliant", change: "unchanged" },
    { stored: closed, sources: late, ec2: says("running"), verdict: "noncompliant", change: "reopen" },
    { stored: closed, sources: late, seen: pingedLate, verdict: "noncompliant", change: "reopen" },
  ],
};

const words = (one: Case): string =>
  JSON.stringify([one.claim?.removed ?? "nothing claimed", one.ec2?.answer?.states ?? one.ec2?.error, one.seen]);

describe("judge, with EC2's answer", () => {
  for (const [about, cases] of Object.entries(CASES)) {
    describe(about, () => {
      for (const one of cases) {
        it(`${words(one)}: ${one.verdict}, ${one.change ?? "nothing published"}`, () => {
          const asked = reference(one.claim);
          const read = reading(one.sources ?? [noncompliantSource()], { ...one.seen, nodeId: asked.nodeId });
          const verdict = judgeConfirmed(asked, read, 30, one.ec2);
          const more = "evidence" in verdict ? (verdict.removed ?? verdict.blindSpot?.kind) : undefined;
          const refuted = verdict.status === "notReady" && verdict.claimRefuted === true ? "claim refuted" : undefined;
          expect([verdict.status, more ?? refuted].filter(Boolean).join(" ")).to.equal(one.verdict);
          if (one.change === undefined || !("evidence" in verdict)) return;
          const [change] = reconcile(rateJudgement(verdict), one.stored ?? open, SCOPE);
          expect(change?.action, change?.reason).to.equal(one.change);
        });
      }
    });
  }

  it("waits for EC2 without using up an attempt", () => {
    expect(judgeConfirmed(reference({ ...terminated, attempts: 3 }), reading([]), 30, silence)).to.deep.equal({
      status: "notReady",
      reason: "EC2 did not say whether the instance exists: Ec2.Ec2Exception",
      attempts: 3,
      delaySeconds: 120,
      ec2Attempts: 1,
    });
  });
});

describe("questions to EC2", () => {
  const online = { ...listed, online: true as const };
  const old = source({ startedAt: days(-40), endedAt: days(-40) });
  const cases: [
    name: string,
    claim: Partial<NodeReference>,
    seen: Partial<NodeReading>,
    asks: boolean,
    sources?: readonly SourceReading[],
  ][] = [
    ["a claim that it is terminated", terminated, {}, true],
    ["the same, though it is online", terminated, online, true],
    ["a claim that it is absent", absent, {}, true],
    ["a hybrid node", { ...absent, nodeId: HYBRID }, {}, false],
    ["a failed run's node that is not listed", failedRun, {}, true],
    ["a failed run's node whose agent is not connected", failedRun, listed, true],
    ["a failed run's node that is online", failedRun, online, false],
    ["a failed run's hybrid node", { ...failedRun, nodeId: HYBRID }, listed, false],
    ["a failed run's node whose data is still waited for", { ...failedRun, attempts: 0 }, {}, false],
    ["a silent node whose agent is not connected", swept, listed, true, [old]],
    ["a silent node that is online", swept, online, false, [old]],
    ["a noncompliant node whose agent is not connected", {}, listed, true, [noncompliantSource()]],
    ["the same in a sweep", swept, listed, true, [noncompliantSource()]],
    ["a noncompliant node that is not listed", {}, {}, true, [noncompliantSource()]],
    ["a noncompliant node that is online", {}, online, false, [noncompliantSource()]],
    ["a noncompliant hybrid node", { nodeId: HYBRID }, listed, false, [noncompliantSource()]],
    ["a node with recent data", swept, listed, false],
    ["a node whose data is there", {}, {}, false],
  ];
  for (const [name, claim, seen, asks, sources = [source()]] of cases) {
    it(`${name}: ${asks ? "asked" : "not asked"}`, () => {
      const asked = reference(claim);
      const read = reading(sources, { ...seen, nodeId: asked.nodeId });
      expect(mustAskEc2(asked, read, 30)).to.equal(asks);
    });
  }
});
