import { expect } from "chai";
import type { Change as ChangeWord } from "../../../contract/changes.ts";
import type { FindingKind } from "../../../contract/generators.ts";
import type { RatedJudgement } from "../../../functions/compliance/node-severity.ts";
import { omit } from "../../../functions/runtime/omit.ts";
import { decide } from "../../../functions/finding/decide.ts";
import type { Life } from "../../../functions/finding/life.ts";
import type { Content, Intent } from "../../../functions/finding/intent.ts";
import type { Ended } from "../../../functions/finding/remembered.ts";
import type { Foreign, Remembered } from "../../../functions/finding/remembered.ts";
import { days, minutes, NODE, rated, source } from "../../fixtures/node-fixtures.ts";

const HASH = "what is shown";
const open: Remembered = {
  closed: false,
  operationEnd: minutes(-60),
  updatedAt: days(-1),
  openSince: days(-2),
  severity: "INFORMATIONAL",
  peakSeverity: "HIGH",
  levelsSince: { INFORMATIONAL: days(-2) },
  changeId: "before",
  contentHash: HASH,
};
const LACKS = minutes(-60);
const closed: Remembered = { ...open, closed: true };
const noncompliant = rated();
const compliant = rated([source()], "compliant", { endedAt: minutes(-5) });
const summarized: RatedJudgement = { ...compliant, summarized: true };
const unknown: RatedJudgement = { ...rated([], "unknown"), listed: true };
const blindSpot = { kind: "noData", reason: "the node has never reported patch compliance" } as const;
const absent = (sweep: string): RatedJudgement => ({ ...rated([], "unknown"), removed: "absent", sweep });

interface Case {
  readonly name: string;
  readonly kind?: FindingKind;
  readonly now: RatedJudgement;
  readonly stored?: Remembered | Foreign;
  readonly action: Intent["action"] | undefined;
  readonly change?: ChangeWord;
  readonly content?: Content;
}

/** The life of a finding about an INFORMATIONAL patch, which has no deadline. */
function life(parts: Partial<Life> = {}): Content {
  const since = { levelsSince: { INFORMATIONAL: days(-2) }, patchesSince: new Map([["KB5034441", "2026-11-20"]]) };
  const severities = { severity: "INFORMATIONAL", peakSeverity: "HIGH" } as const;
  return { shows: "noncompliance", life: { openSince: days(-2), ...since, ...severities, ...parts } };
}
const begun = life({
  openSince: LACKS,
  levelsSince: { INFORMATIONAL: LACKS },
  peakSeverity: "INFORMATIONAL",
});
const ended: Ended = { openSince: days(-2), peakSeverity: "HIGH" };
const unlisted: RatedJudgement = omit(unknown, "listed");

const cases: Case[] = [
  { name: "a new problem", now: noncompliant, action: "open", change: "opened", content: begun },
  { name: "the same problem", now: noncompliant, stored: open, action: "unchanged" },
  {
    name: "other content",
    now: noncompliant,
    stored: { ...open, contentHash: "x" },
    action: "update",
    change: "refreshed",
    content: life(),
  },
  {
    name: "another severity",
    now: noncompliant,
    stored: { ...open, severity: "LOW" },
    action: "update",
    change: "severity lowered",
    content: life(),
  },
  {
    name: "open for 31 days, without a deadline",
    now: noncompliant,
    stored: { ...open, openSince: days(-31) },
    action: "unchanged",
  },
  { name: "compliant by its summary", now: summarized, stored: open, action: "unchanged" },
  {
    name: "a problem again",
    now: noncompliant,
    stored: closed,
    action: "reopen",
    change: "reopened",
    content: begun,
  },
  {
    name: "proof",
    now: compliant,
    stored: open,
    action: "close",
    change: "closed",
    content: { shows: "compliance", ended },
  },
  { name: "no proof", now: unknown, stored: open, action: "unchanged" },
  { name: "a foreign finding", now: noncompliant, stored: { foreign: true, generator: "x" }, action: "unchanged" },
  {
    name: "terminated",
    now: { ...unknown, removed: "terminated" },
    stored: open,
    action: "close",
    content: { shows: "removal", removed: "terminated" },
  },
  {
    name: "deregistered",
    now: { ...unknown, removed: "deregistered" },
    stored: open,
    action: "close",
    content: { shows: "removal", removed: "deregistered" },
  },
  {
    name: "an operation of a deregistered node",
    now: noncompliant,
    stored: { ...closed, removed: "deregistered" },
    action: "unchanged",
  },
  {
    name: "a deregistered node that is listed again",
    now: { ...noncompliant, listed: true },
    stored: { ...closed, removed: "deregistered" },
    action: "reopen",
  },
  {
    name: "absent for the first time",
    now: absent(minutes(-30)),
    stored: open,
    action: "update",
    content: { shows: "absence", absentSince: minutes(-30) },
  },
  {
    name: "absent in the next sweep",
    now: absent(minutes(-20)),
    stored: { ...open, absentSince: minutes(-30) },
    action: "close",
    content: { shows: "removal", removed: "absent" },
  },
  {
    name: "found again",
    now: unknown,
    stored: { ...open, absentSince: minutes(-30) },
    action: "update",
    content: { shows: "absence", absentSince: undefined },
  },
  { name: "closed for removal", now: noncompliant, stored: { ...closed, removed: "terminated" }, action: "unchanged" },
  { name: "no blind spot", kind: "blindSpot", now: unknown, action: undefined },
  {
    name: "a blind spot",
    kind: "blindSpot",
    now: { ...unknown, blindSpot },
    action: "open",
    change: "opened",
    content: { shows: "blindSpot", blindSpot, openSince: minutes(-60) },
  },
  {
    name: "a blind spot that says more",
    kind: "blindSpot",
    now: { ...unknown, blindSpot },
    stored: { ...open, blindSpot: "silent" },
    action: "update",
    change: "refreshed",
    content: { shows: "blindSpot", blindSpot, openSince: days(-2) },
  },
  ...(["managed", "stopped", "leftOut"] as const).map((end): Case => ({
    name: `an unmanaged instance that is ${end}`,
    kind: "blindSpot",
    now: { ...unlisted, [end === "managed" ? "listed" : end]: true, summarized: true },
    stored: { ...open, blindSpot: "unmanaged" },
    action: "close",
    content: { shows: "blindSpotEnd", end, ended },
  })),
  { name: "a stopped node", kind: "blindSpot", now: { ...unknown, stopped: true }, stored: open, action: "unchanged" },
  {
    name: "a report",
    kind: "blindSpot",
    now: compliant,
    stored: { ...open, blindSpot: "noData" },
    action: "close",
    change: "closed",
    content: { shows: "report", ended },
  },
];

describe("decide, without any destination's format", () => {
  for (const { name, kind = "compliance", now, stored, action, change, content } of cases) {
    it(`${name}: ${action ?? "nothing"}`, () => {
      const intent = decide(kind, now, stored, HASH);
      if (action === undefined) return expect(intent).to.equal(undefined);
      expect(intent).to.include({ nodeId: NODE, kind, action });
      expect(intent).to.have.property("reason").that.is.a("string").and.is.not.empty;
      if (change !== undefined) expect(intent).to.include({ change });
      if (content === undefined && action === "reopen") return;
      expect(intent !== undefined && "content" in intent ? intent.content : undefined).to.deep.equal(content);
    });
  }
});
