import { expect } from "chai";
import { DEFAULT_POLICIES, namedTags, type DeadlineRule, type Policies } from "../../../contract/policies.ts";
import { SEVERITY_LABELS } from "../../../contract/severity.ts";
import { deadlineDays } from "../../../functions/finding/deadline-days.ts";
import { dueState, earliestDeadline } from "../../../functions/finding/deadline.ts";
import { days, NODE, rated, READ_AT, source } from "../../fixtures/node-fixtures.ts";
import { FindingLife, missing } from "../../fixtures/finding-life.ts";

const [critical, high, low] = [missing("CRITICAL"), missing("HIGH"), missing("LOW")];

describe("the due date", () => {
  const { patchWithinDays } = DEFAULT_POLICIES;

  it("is the earliest of the severities that count; of two on the same day the worse one is named", () => {
    const clocks = { CRITICAL: days(-1), HIGH: days(-17), LOW: days(-200) };
    const due = (...levels: (typeof SEVERITY_LABELS)[number][]) => earliestDeadline(levels, clocks, patchWithinDays);
    expect(due("CRITICAL", "HIGH")).to.include({ dueDate: days(13) });
    expect(due("CRITICAL", "HIGH")?.dueReason).to.match(/^CRITICAL .* within 14 days/);
    expect(due("CRITICAL", "HIGH", "LOW")).to.include({ dueDate: days(-20) });
    expect(due("MEDIUM", "INFORMATIONAL")).to.equal(undefined);
    expect(earliestDeadline(["CRITICAL"], clocks, { CRITICAL: 1 })?.dueReason).to.include("within 1 day;");
    expect(earliestDeadline(["CRITICAL"], clocks, {})).to.equal(undefined);
  });

  const boundaries: [name: string, dueDate: string | undefined, state: string | undefined][] = [
    ["a millisecond more than 7 days", new Date(Date.parse(days(7)) + 1).toISOString(), "later"],
    ["7 days", days(7), "soon"],
    ["a millisecond", new Date(Date.parse(READ_AT) + 1).toISOString(), "soon"],
    ["the moment itself", READ_AT, "overdue"],
    ["the past", days(-1), "overdue"],
    ["no time", "soon", undefined],
    ["none", undefined, undefined],
  ];
  for (const [name, dueDate, state] of boundaries) {
    it(`is ${state ?? "unknown"}: ${name}`, () => expect(dueState(dueDate, READ_AT)).to.equal(state));
  }

  const defaults = [
    ["CRITICAL", 14],
    ["HIGH", 30],
    ["MEDIUM", 90],
    ["LOW", 180],
    ["INFORMATIONAL", undefined],
  ] as const;
  for (const [level, within] of defaults) {
    it(`of ${level} patches is after ${within ?? "no"} days`, () => {
      const life = new FindingLife();
      life.scan(0, [missing(level)]);
      expect(life.field("dueDate")).to.equal(within === undefined ? undefined : days(within));
    });
  }
});

describe("a finding becomes overdue", () => {
  it("in a sweep, without an event: soon and overdue are each written once", () => {
    const life = new FindingLife();
    life.scan(-20, [critical]);
    life.scan(-13.1, [missing("CRITICAL", "KB2")]);
    expect([life.field("due"), life.sweep(-13.05)]).to.deep.equal(["later", undefined]);
    expect(life.sweep(-12.9)?.reason).to.equal(`due ${days(-6)}`);
    expect(life.again(-12.9)).to.include({ action: "update", change: "refreshed" });
    expect(life.again(-12.8)).to.include({ action: "unchanged" });
    expect(life.scan(-12.5, [missing("CRITICAL", "KB3")])).to.include({ change: "refreshed" });
    expect([life.field("due"), life.sweep(-12.4), life.sweep(-6.01)]).to.deep.equal(["soon", undefined, undefined]);
    expect(life.sweep(-6)?.reason).to.include("overdue since");
    expect(life.again(-6)).to.include({ action: "update", change: "overdue" });
    expect(life.fields("due", "overdue", "overdueSince")).to.deep.equal(["overdue", "true", days(-6)]);
    expect(life.again(-5.9)).to.include({ action: "unchanged" });
    expect(life.sweep(-5.9)).to.equal(undefined);
    expect(life.severity).to.equal("CRITICAL");
  });

  it("and is not, once the patch is installed that was overdue", () => {
    const life = new FindingLife();
    life.scan(-20, [critical, low]);
    life.again(-5);
    expect(life.scan(-1, [low])).to.include({ change: "severity lowered" });
    expect(life.fields("due", "overdue", "overdueSince")).to.deep.equal(["later", undefined, undefined]);
  });
});

describe("overdueRaisesSeverity", () => {
  it("raises a finding once, by one level, and lowers it when the patch is installed", () => {
    const life = new FindingLife({ overdueRaisesSeverity: true });
    life.scan(-31, [high, low]);
    expect([life.severity, life.field("ratedSeverity")]).to.deep.equal(["HIGH", undefined]);
    expect(life.again(-1)).to.include({ change: "overdue" });
    expect([life.severity, life.field("ratedSeverity")]).to.deep.equal(["CRITICAL", "HIGH"]);
    expect(life.stored?.Description).to.include("Raised from HIGH");
    expect([life.sweep(-0.9), life.again(-0.9).action]).to.deep.equal([undefined, "unchanged"]);
    expect(life.scan(-0.5, [high, low]).action).to.equal("unchanged");
    expect(life.scan(0, [low])).to.include({ change: "severity lowered" });
    expect([life.severity, ...life.fields("ratedSeverity", "peakSeverity")]).to.deep.equal([
      "LOW",
      undefined,
      "CRITICAL",
    ]);
  });

  it("never raises above CRITICAL", () => {
    const life = new FindingLife({ overdueRaisesSeverity: true });
    life.scan(-31, [critical]);
    life.again(-1);
    expect([life.severity, ...life.fields("due", "ratedSeverity")]).to.deep.equal(["CRITICAL", "overdue", undefined]);
  });
});

describe("deadlineRules", () => {
  const rule = (nodes: DeadlineRule["nodes"], rest: DeadlineRule["days"]): DeadlineRule => ({ nodes, days: rest });
  const deadlineRules = [
    rule({ ids: [NODE], platforms: ["windows server"] }, { CRITICAL: 1 }),
    rule({ patchGroups: ["pci"] }, { CRITICAL: 2, LOW: null }),
    rule({ tags: { Env: ["prod", "live"], Team: ["a"] } }, { CRITICAL: 3, LOW: 4, INFORMATIONAL: 5 }),
    rule({ ids: ["i-other"] }, { CRITICAL: 6 }),
  ];
  const policies: Policies = { ...DEFAULT_POLICIES, deadlineRules };
  const positions = (...pairs: string[]) =>
    namedTags(policies).flatMap(([key, value], index) => (pairs.includes(`${key}=${value}`) ? [index] : []));
  const standard = { CRITICAL: 14, HIGH: 30, MEDIUM: 90, LOW: 180 };
  const cases: [name: string, evidence: Partial<Parameters<typeof deadlineDays>[1]>, expected: object][] = [
    ["no rule", {}, standard],
    ["platform and id", { node: { platformName: "Windows Server 2022" } }, { ...standard, CRITICAL: 1 }],
    ["platform, another id", { nodeId: "i-1", node: { platformName: "Windows Server 2022" } }, standard],
    ["patch group; null is no deadline", { sources: [source({ patchGroup: "pci" })] }, without("LOW", { CRITICAL: 2 })],
    ["patch groups are compared with case", { sources: [source({ patchGroup: "PCI" })] }, standard],
    ["one of two tags", { tagMatches: positions("Env=live") }, standard],
    [
      "one value of each tag",
      { tagMatches: positions("Env=live", "Team=a") },
      { ...standard, CRITICAL: 3, LOW: 4, INFORMATIONAL: 5 },
    ],
    [
      "the first rule that names a severity decides it",
      { sources: [source({ patchGroup: "pci" })], tagMatches: positions("Env=prod", "Team=a") },
      { ...without("LOW", { CRITICAL: 2 }), INFORMATIONAL: 5 },
    ],
  ];
  function without(label: keyof typeof standard, parts: object): object {
    return { ...Object.fromEntries(Object.entries(standard).filter(([key]) => key !== label)), ...parts };
  }
  for (const [name, evidence, expected] of cases) {
    it(name, () => expect(deadlineDays(policies, { ...rated().evidence, ...evidence })).to.deep.equal(expected));
  }

  it("without any, the general days apply", () => {
    expect(deadlineDays(DEFAULT_POLICIES, rated().evidence)).to.deep.equal(standard);
  });
});
