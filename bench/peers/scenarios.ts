/** The rows of the comparison: runs one after the other, and runs with faults. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { checkFaults, type FaultRule } from "../../local/gateway/faults.ts";
import { noncompliantNodes, reportedNodes } from "./fleets.ts";
import type { Outcome, Session, Tool } from "./tool.ts";

/** A measured run, with what it means for the nodes. Every number but the figures of `used` counts nodes. */
export interface Row {
  readonly tool: string;
  readonly scenario: string;
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly exitCode: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Noncompliant, according to Systems Manager. */
  readonly noncompliant: number;
  /** Noncompliant, and with an open finding after the run. */
  readonly reported: number;
  /** Compliant, and with an open finding after the run. */
  readonly stillOpen: number;
  /** Had an open finding before, comply now, and have none any more. */
  readonly closed: number;
  /** Had an open finding before, do not comply, and have none any more. */
  readonly closedByMistake: number;
  /** Only in rows with faults: nodes that the run without faults reported, and this one did not. */
  readonly lost?: number;
  /** Only in rows with faults: those of them that the next run without faults does not report either. */
  readonly lostAfterNextRun?: number;
  readonly strays: readonly string[];
}

interface FaultScenario {
  readonly name: string;
  readonly rules: readonly FaultRule[];
}

const IMPORTS = { service: "securityhub", operation: "BatchImportFindings", kind: "error", count: 6 };
const READS = { service: "ssm", kind: "error", from: 2, count: 40, status: 400, code: "ThrottlingException" };

const faultScenario = (name: string, rules: readonly object[]): FaultScenario => ({
  name,
  rules: checkFaults(rules, name),
});

/** Each begins with an empty Security Hub. */
const IMPORT_FAULTS: readonly FaultScenario[] = [
  faultScenario("first 6 imports: 500", [{ ...IMPORTS, status: 500, code: "InternalException" }]),
  faultScenario("first 6 imports: 429 LimitExceededException", [
    { ...IMPORTS, status: 429, code: "LimitExceededException" },
  ]),
  faultScenario("first 6 imports: 429 TooManyRequestsException", [
    { ...IMPORTS, status: 429, code: "TooManyRequestsException" },
  ]),
];

/** Begins with the findings of an undisturbed run. */
const READ_FAULT = faultScenario(
  "nothing changed, compliance reads 2 to 41: throttled",
  ["ListResourceComplianceSummaries", "ListComplianceItems", "DescribeInstancePatchStates"].map((operation) => ({
    ...READS,
    operation,
  })),
);

export interface Fleets {
  readonly before: Fleet;
  readonly patched: Fleet;
}

/**
 * Runs a tool in every scenario.
 * @param directory an empty directory for temporary files
 * @param report receives each row when it is complete
 */
export async function runScenarios(
  tool: Tool,
  { before, patched }: Fleets,
  directory: string,
  report: (row: Row) => void,
): Promise<void> {
  let usual = new Set<string>();
  const disturbed = async (session: Session, { name, rules }: FaultScenario, known: ReadonlySet<string>) => {
    const outcome = await session.run(before, rules);
    const next = await session.run(before, []);
    const lost = { lost: missing(usual, outcome), lostAfterNextRun: missing(usual, next) };
    report({ ...rowOf(tool, name, before, outcome, known), ...lost });
    return reportedNodes(next.findings);
  };
  await inSession(tool, before, join(directory, "runs"), async (session) => {
    const first = await session.run(before, []);
    usual = reportedNodes(first.findings);
    report(rowOf(tool, "first run", before, first, new Set()));
    const second = await session.run(before, []);
    report(rowOf(tool, "second run, nothing changed", before, second, usual));
    const known = await disturbed(session, READ_FAULT, reportedNodes(second.findings));
    report(rowOf(tool, "all nodes patched", patched, await session.run(patched, []), known));
  });
  for (const [index, fault] of IMPORT_FAULTS.entries()) {
    await inSession(tool, before, join(directory, `fault-${index}`), async (session) => {
      await disturbed(session, fault, new Set());
    });
  }
}

async function inSession(tool: Tool, fleet: Fleet, directory: string, use: (session: Session) => Promise<void>) {
  await mkdir(directory, { recursive: true });
  const session = await tool.open(fleet, directory);
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

function missing(usual: ReadonlySet<string>, { findings }: Outcome): number {
  const reported = reportedNodes(findings);
  return [...usual].filter((id) => !reported.has(id)).length;
}

function rowOf(tool: Tool, scenario: string, fleet: Fleet, outcome: Outcome, known: ReadonlySet<string>): Row {
  const { used, apiCalls, findings, strays } = outcome;
  const { exitCode, seconds, cpuSeconds, peakBytes } = used;
  const bad = noncompliantNodes(fleet);
  const open = reportedNodes(findings);
  const reported = [...open].filter((id) => bad.has(id)).length;
  const gone = [...known].filter((id) => !open.has(id));
  const closedByMistake = gone.filter((id) => bad.has(id)).length;
  return {
    ...{ tool: tool.name, scenario, apiCalls, exitCode, seconds, cpuSeconds, peakBytes },
    ...{ noncompliant: bad.size, reported, stillOpen: open.size - reported },
    ...{ closed: gone.length - closedByMistake, closedByMistake, strays },
  };
}
