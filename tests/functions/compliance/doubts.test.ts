import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { counts, days, minutes, noncompliantSource, patch, source } from "../../fixtures/node-fixtures.ts";
import { judgeTable, type Case } from "../../fixtures/verdict-table.ts";

function countsOnly(endedAt: string): SourceReading {
  return source({ endedAt, startedAt: minutes(-1, endedAt), counts: counts({ missing: 2 }) });
}

describe("judge: counts only", () => {
  const note = /no patch details were available, so only the counts were used/;
  judgeTable([
    { name: "ended 14 minutes ago", sources: [countsOnly(minutes(-14))], first: "notReady", last: "noncompliant" },
    { name: "ended 15 minutes ago", sources: [countsOnly(minutes(-15))], first: "noncompliant", says: note },
    { name: "ended long ago", sources: [countsOnly(days(-30))], first: "noncompliant", says: note },
    { name: "young and compliant", sources: [source({ endedAt: minutes(-1) })], first: "compliant" },
    {
      name: "young, but with rows",
      sources: [noncompliantSource([patch()], { endedAt: minutes(-1), startedAt: minutes(-2) })],
      first: "noncompliant",
    },
  ]);
});

describe("judge: contradictions", () => {
  const rows = (...patches: ReturnType<typeof patch>[]) => noncompliantSource(patches).patches;
  const contradictory = (name: string, parts: Partial<SourceReading>, says: RegExp, last = "noncompliant"): Case => {
    return { name, sources: [source(parts)], first: "notReady", last, says };
  };
  const withRows = (counted: Parameters<typeof counts>[0], patches = rows(patch())): Partial<SourceReading> => {
    return { counts: counts(counted), ...(patches && { patches }) };
  };
  judgeTable([
    contradictory("two counted, one listed", withRows({ missing: 2 }), /doubtful data: missing: 2 counted, 1 listed/),
    contradictory("one listed, none counted", withRows({}), /missing: 0 counted, 1 listed/),
    contradictory("counted, none listed", withRows({ failed: 1 }, rows()), /failed: 1 counted, 0 listed/),
    contradictory("another state than counted", withRows({ rejected: 1 }), /missing: 0 counted.*rejected: 1 counted/),
    contradictory(
      "a state that is not known beside too few counts",
      withRows({ missing: 1 }, rows(patch(), patch({ id: "b", state: "Odd" }))),
      /noncompliant: 1 counted, 2 listed/,
    ),
    contradictory("it ended before it started", { startedAt: minutes(-59) }, /before it started/, "unproven"),
    contradictory(
      "COMPLIANT beside missing patches",
      { kind: "Association", status: "COMPLIANT", counts: counts({ missing: 1 }) },
      /status COMPLIANT, but 1 noncompliant patch in/,
    ),
    contradictory(
      "NON_COMPLIANT beside no missing patch",
      { kind: "Association", status: "NON_COMPLIANT" },
      /status NON_COMPLIANT, but 0 noncompliant patches in/,
    ),
    {
      name: "an unknown state is no contradiction if the total fits",
      sources: [source(withRows({ missing: 2 }, rows(patch(), patch({ id: "b", state: "Odd" }))))],
      first: "noncompliant",
    },
    {
      name: "a state that is not known beside an available security update, which no count includes",
      sources: [
        source(
          withRows(
            { missing: 2 },
            rows(patch(), patch({ id: "b", state: "Odd" }), patch({ id: "c", state: "AvailableSecurityUpdate" })),
          ),
        ),
      ],
      first: "noncompliant",
    },
    {
      name: "an available security update has no exact count",
      sources: [source(withRows({}, rows(patch({ state: "AvailableSecurityUpdate" }))))],
      first: "noncompliant",
    },
    {
      name: "critical counts overlap and are not compared",
      sources: [source(withRows({ missing: 1, criticalNonCompliant: 7 }))],
      first: "noncompliant",
    },
  ]);
});
