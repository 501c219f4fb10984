/** Weeks of random scans against a small model of what a finding must say. */
import { expect } from "chai";
import fc from "fast-check";
import { DEFAULT_POLICIES, type PatchException } from "../../../contract/policies.ts";
import { SEVERITY_LABELS, type SeverityLabel } from "../../../contract/severity.ts";
import { days, FIXED } from "../../fixtures/node-fixtures.ts";
import { FindingLife, missing, type Step } from "../../fixtures/finding-life.ts";

type Week =
  | { readonly does: "scan"; readonly lacks: readonly string[] }
  /** An execution, and a sweep, without a new operation. */
  | { readonly does: "wait" }
  | { readonly does: "remove" };

/** Patches by id: their level, and whether the exception is about them. */
const PATCHES: Readonly<Record<string, SeverityLabel>> = {
  ...{
    C1: "CRITICAL",
    C2: "CRITICAL",
    H1: "HIGH",
    H2: "HIGH",
    M1: "MEDIUM",
    L1: "LOW",
    L2: "LOW",
    I1: "INFORMATIONAL",
  },
};
const ACCEPTED = ["C1", "L1"];
const week: fc.Arbitrary<Week> = fc.oneof(
  { weight: 6, arbitrary: fc.subarray(Object.keys(PATCHES)).map((lacks) => ({ does: "scan", lacks }) as const) },
  { weight: 3, arbitrary: fc.constant({ does: "wait" } as const) },
  { weight: 1, arbitrary: fc.constant({ does: "remove" } as const) },
);
const weeks = fc.array(fc.tuple(week, fc.integer({ min: 1, max: 20 })), { maxLength: 30 });
const START = -600;

/** What the finding must say: since when, by severity, and what is due. */
class Model {
  open = false;
  lacks: readonly string[] = [];
  clocks = new Map<SeverityLabel, number>();

  scan(day: number, lacks: readonly string[]): void {
    for (const label of SEVERITY_LABELS) {
      if (!lacks.some((id) => PATCHES[id] === label)) this.clocks.delete(label);
      else if (!this.clocks.has(label)) this.clocks.set(label, day);
    }
    this.open = lacks.length > 0;
    this.lacks = lacks;
  }

  expected(day: number, exceptionEnds: number) {
    const counting = this.lacks.filter((id) => !ACCEPTED.includes(id) || exceptionEnds <= day);
    const labels = SEVERITY_LABELS.filter((label) => counting.some((id) => PATCHES[id] === label));
    const dates = labels.flatMap((label) => {
      const [since, within] = [this.clocks.get(label), DEFAULT_POLICIES.patchWithinDays[label]];
      return since === undefined || within === undefined ? [] : [since + within];
    });
    const due = dates.length === 0 ? undefined : Math.min(...dates);
    return {
      severity: labels[0] ?? "INFORMATIONAL",
      levels: [...SEVERITY_LABELS.flatMap((label) => clockText(label, this.clocks.get(label)))].join(", "),
      due: due === undefined ? undefined : due <= day ? "overdue" : due - day <= 7 ? "soon" : "later",
      dueDate: due === undefined ? undefined : days(due),
      accepted: counting.length === this.lacks.length ? undefined : counting.length === 0 ? "all" : "some",
    };
  }
}

function clockText(label: SeverityLabel, since: number | undefined): string[] {
  return since === undefined ? [] : [`${label} ${days(since)}`];
}

/** The word for what the finding says now, beside what it said before. */
function word(before: ReturnType<typeof shown> | undefined, now: ReturnType<typeof shown>): string {
  // A node that was removed, and is back and compliant.
  if (before?.closed === true && now.closed) return "refreshed";
  if (before === undefined || before.closed) {
    if (now.accepted === "all") return "accepted";
    return before === undefined ? "opened" : "reopened";
  }
  if (now.closed) return "closed";
  if (now.accepted === "all" && before.accepted !== "all") return "accepted";
  if (now.accepted !== "all" && before.accepted === "all") return "expired";
  if (now.due === "overdue" && before.due !== "overdue") return "overdue";
  const change = SEVERITY_LABELS.indexOf(now.severity) - SEVERITY_LABELS.indexOf(before.severity);
  return change === 0 ? "refreshed" : change < 0 ? "severity raised" : "severity lowered";
}

function shown(life: FindingLife) {
  const severity = SEVERITY_LABELS.find((label) => label === life.severity) ?? "INFORMATIONAL";
  const [due, dueDate, accepted] = life.fields("due", "dueDate", "accepted");
  return { closed: life.stored?.RecordState === "ARCHIVED", severity, due, dueDate, accepted };
}

/** Runs a history, and returns every change. */
function live(history: readonly (readonly [Week, number])[], exceptionEnds: number): Step[] {
  const exceptions: PatchException[] = [
    { patches: { ids: ACCEPTED }, owner: "jane", reason: "r", until: days(exceptionEnds) },
  ];
  const life = new FindingLife({ exceptions });
  const model = new Model();
  const steps: Step[] = [];
  let day = START;
  for (const [event, pause] of history) {
    day += pause;
    const before = life.stored && shown(life);
    const stored = life.stored;
    const swept = event.does === "wait" && model.open ? life.sweep(day) : undefined;
    const isOpen = model.open;
    const run = (): Step | undefined => step(life, event, day, isOpen);
    const done = run();
    if (event.does === "scan") model.scan(day, event.lacks);
    if (event.does === "remove") model.open = false;
    if (done === undefined) continue;
    if (model.open) {
      const { severity, levels, ...rest } = model.expected(day, exceptionEnds);
      expect({ ...shown(life), levels: life.field("levelsSince") ?? "" }).to.deep.equal({
        closed: false,
        severity,
        levels,
        ...rest,
      });
    }
    if (done.action === "unchanged") continue;
    expect(done.change).to.equal(word(before, shown(life)));
    // A wait that changes the finding: the sweep must have sent the node.
    if (event.does === "wait") expect(swept, `${day}: ${done.reason}`).to.not.equal(undefined);
    steps.push(done);
    const written = life.stored;
    life.stored = stored;
    expect(run()?.changeId, "a retry").to.equal(done.changeId);
    life.stored = written;
    if (event.does !== "remove") expect(run()?.action, "a second time").to.equal("unchanged");
  }
  return steps;
}

function step(life: FindingLife, event: Week, day: number, isOpen: boolean): Step | undefined {
  if (event.does === "scan")
    return life.scan(
      day,
      event.lacks.map((id) => missing(PATCHES[id] ?? "", id)),
    );
  if (life.stored === undefined || !isOpen) return undefined;
  return event.does === "wait" ? life.scanAgain(day) : life.removed(day);
}

describe("a finding over weeks of scans", () => {
  it("says what the model says, and every change has its word and its id", () => {
    let changes = 0;
    const words = new Set<string | undefined>();
    fc.assert(
      fc.property(weeks, fc.integer({ min: START, max: 0 }), (history, exceptionEnds) => {
        const steps = live(history, exceptionEnds);
        changes += steps.length;
        for (const { change } of steps) words.add(change);
        const ids = steps.map(({ changeId }) => changeId);
        expect(new Set(ids).size, "each change has another id").to.equal(ids.length);
        for (const id of ids) expect(id).to.match(/^[0-9a-f]{16}$/);
      }),
      { ...FIXED, numRuns: 300 },
    );
    expect(changes).to.be.at.least(1_000);
    expect(words.size, [...words].join()).to.equal(9);
  }).timeout(60_000);
});
