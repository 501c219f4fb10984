import { expect } from "chai";
import type { ExpectedRun } from "../../../functions/work/node-reference.ts";
import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { delayAfter, judge } from "../../../functions/compliance/verdict.ts";
import {
  counts,
  days,
  minutes,
  noncompliantSource,
  patch,
  reading,
  READ_AT,
  reference,
  source,
} from "../../fixtures/node-fixtures.ts";
import { association, judgeTable, LAST_ATTEMPT } from "../../fixtures/verdict-table.ts";

function run(parts: Partial<ExpectedRun> = {}): ExpectedRun {
  return { document: "AWS-RunPatchBaseline", notBefore: minutes(-70), status: "Success", ...parts };
}

/** Of a run whose data is not there yet. */
const late = run({ notBefore: minutes(-30) });
const associationRun = run({ document: "AWS-RunPatchBaselineAssociation", operationId: "assoc-1" });

function noncompliantAssociation(parts: Partial<SourceReading> = {}): SourceReading {
  return association({ status: "NON_COMPLIANT", counts: counts({ missing: 2 }), ...parts });
}

describe("judge: ready or not", () => {
  judgeTable([
    { name: "no run, compliant data", sources: [source()], first: "compliant" },
    { name: "no run, noncompliant data", sources: [noncompliantSource()], first: "noncompliant" },
    { name: "the run's data is there", reference: { patchRun: run() }, sources: [source()], first: "compliant" },
    {
      name: "it ended at the very moment",
      reference: { patchRun: run({ notBefore: minutes(-60) }) },
      sources: [source()],
      first: "compliant",
    },
    {
      name: "a run without a time takes what is there",
      reference: { patchRun: { document: "AWS-RunPatchBaseline" } },
      sources: [source({ startedAt: days(-400), endedAt: days(-400) })],
      first: "compliant",
    },
    {
      name: "older compliant data proves nothing",
      reference: { patchRun: late },
      sources: [source()],
      first: "notReady",
      last: "unproven",
      says: /^stale data: the newest data is from 2026-11-20T11:00:00\.000Z, before the last run of AWS-RunPatchBaseline/,
    },
    {
      name: "older noncompliant data counts, marked stale",
      reference: { patchRun: late },
      sources: [noncompliantSource()],
      first: "notReady",
      last: "noncompliant",
      says: /^stale data: /,
    },
    {
      name: "a run that ended badly and left nothing new",
      reference: { patchRun: { ...late, status: "TimedOut" } },
      sources: [source()],
      first: "notReady",
      last: "unproven",
      blindSpot: "failedRun",
      says: /^stale data: /,
    },
    {
      name: "a run that ended badly beside an older problem",
      reference: { patchRun: { ...late, status: "Failed" } },
      sources: [noncompliantSource()],
      first: "notReady",
      last: "noncompliant",
      blindSpot: "failedRun",
    },
    {
      name: "a run that ended badly, yet left a result",
      reference: { patchRun: run({ status: "Failed" }) },
      sources: [source()],
      first: "compliant",
    },
    { name: "no data", first: "notReady", last: "unknown", blindSpot: "noData", says: /no patch compliance data/ },
    {
      name: "the association's data is of another place than Patch",
      reference: { associationRun },
      sources: [source()],
      first: "notReady",
      last: "unproven",
      says: /no data from AWS-RunPatchBaselineAssociation in compliance type Association/,
    },
    {
      name: "the run's data is of another place than Association",
      reference: { patchRun: run({ document: "AWS-RunPatchBaselineWithHooks" }) },
      sources: [association()],
      first: "notReady",
      last: "unproven",
      says: /no data from AWS-RunPatchBaselineWithHooks in compliance type Patch or inventory/,
    },
    {
      name: "inventory is a place for Patch data",
      reference: { patchRun: run() },
      sources: [source({ kind: "Inventory" })],
      first: "compliant",
    },
    {
      name: "the association's data is there",
      reference: { associationRun },
      sources: [association()],
      first: "compliant",
    },
    {
      name: "another association's newer data is not this one's",
      reference: { associationRun: { ...associationRun, notBefore: minutes(-30) } },
      sources: [association(), association({ operationId: "assoc-2", endedAt: minutes(-1) })],
      first: "notReady",
      last: "unproven",
    },
    {
      name: "both runs are waited for",
      reference: { patchRun: run(), associationRun: { ...associationRun, notBefore: minutes(-30) } },
      sources: [source(), association()],
      first: "notReady",
      last: "unproven",
    },
    {
      name: "unread",
      reading: { unread: "ThrottlingException: Rate exceeded" },
      first: "notReady",
      last: "invalid",
      says: /^ThrottlingException/,
    },
    {
      name: "malformed data only",
      reading: { malformed: "DetailedText of association a: SyntaxError" },
      first: "notReady",
      last: "invalid",
      says: /DetailedText of association a/,
    },
    {
      name: "malformed data beside a problem does not hide it",
      sources: [noncompliantSource()],
      reading: { malformed: "DetailedText of association a: SyntaxError" },
      first: "notReady",
      last: "noncompliant",
      says: /doubtful data: DetailedText/,
    },
    {
      name: "malformed data beside compliant data proves nothing",
      sources: [source()],
      reading: { malformed: "DetailedText of association a: SyntaxError" },
      first: "notReady",
      last: "invalid",
    },
  ]);

  it("waits a little longer after each attempt, about 15 minutes in all", () => {
    const delays = Array.from({ length: LAST_ATTEMPT }, (_, index) => delayAfter(index + 1));
    expect(delays).to.deep.equal([15, 45, 120, 240, 480]);
    expect(delays.reduce((sum, one) => sum + one)).to.equal(15 * 60);
    expect([delayAfter(0), delayAfter(1000)]).to.deep.equal([480, 480]);
  });
});

describe("judge: several sources", () => {
  judgeTable([
    { name: "all compliant", sources: [source(), association()], first: "compliant" },
    { name: "one is not", sources: [source(), noncompliantAssociation()], first: "noncompliant" },
    {
      name: "not even an older one",
      sources: [association(), noncompliantSource([patch()], { endedAt: days(-6) })],
      first: "notReady",
      last: "noncompliant",
    },
  ]);

  it("counts those that ended within 7 days of the newest, newest first", () => {
    const [newest, edge, old] = [minutes(-60), minutes(-60 - 7 * 24 * 60), minutes(-61 - 7 * 24 * 60)];
    const sources = [old, edge, newest].map((endedAt) => noncompliantAssociation({ startedAt: endedAt, endedAt }));
    const verdict = judge(reference(), reading(sources));
    expect("evidence" in verdict && verdict.evidence.sources.map(({ endedAt }) => endedAt)).to.deep.equal([
      newest,
      edge,
    ]);
    const outvoted = judge(
      reference(),
      reading([association(), noncompliantAssociation({ startedAt: old, endedAt: old })]),
    );
    expect(outvoted.status).to.equal("compliant");
  });

  it("orders by the newest operation's end", () => {
    const verdict = judge(reference(), reading([source(), association({ endedAt: minutes(-30) })]));
    expect("evidence" in verdict && verdict.evidence).to.deep.include({ endedAt: minutes(-30), notes: "" });
  });

  it("names the newest of two runs", () => {
    const runs = { patchRun: run(), associationRun: { ...associationRun, notBefore: minutes(-65) } };
    const verdict = judge(reference(runs), reading([source(), association()]));
    expect("evidence" in verdict && verdict.evidence.run).to.deep.equal(runs.associationRun);
  });
});

describe("judge: impossible times", () => {
  const cases: [name: string, parts: Partial<SourceReading>, endedAt: string, note: RegExp][] = [
    ["15 minutes ahead is believed", { endedAt: minutes(15) }, minutes(15), /^$/],
    ["more is not", { endedAt: minutes(16) }, READ_AT, /the node's clock is ahead \(2026-11-20T12:16:00\.000Z\)/],
    ["years ahead", { endedAt: "2036-01-01T00:00:00.000Z" }, READ_AT, /clock is ahead/],
  ];
  for (const [name, parts, endedAt, note] of cases) {
    it(name, () => {
      const verdict = judge(reference(), reading([noncompliantSource([patch()], parts)]));
      expect(verdict.status).to.equal("noncompliant");
      expect("evidence" in verdict && verdict.evidence.endedAt).to.equal(endedAt);
      expect("evidence" in verdict && verdict.evidence.notes).to.match(note);
    });
  }

  it("a source from the future does not hide today's problem", () => {
    const future = association({ startedAt: days(300), endedAt: days(300) });
    const verdict = judge(reference(), reading([future, noncompliantSource()]));
    expect(verdict.status).to.equal("noncompliant");
  });

  it("data without any time proves no compliance, yet shows a problem", () => {
    const timeless = { kind: "Patch", counts: counts() } as const;
    expect(judge(reference(), reading([timeless])).status).to.equal("unproven");
    const problem = judge(
      reference(),
      reading([{ ...noncompliantSource(), ...timeless, counts: counts({ missing: 1 }) }]),
    );
    expect(problem.status).to.equal("noncompliant");
  });
});
