/** The rows of the comparison: three runs in a row, and runs with faults. */
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
  /** Whether an undisturbed run comes first, so that findings can be lost. */
  readonly afterFirstRun: boolean;
  readonly rules: readonly FaultRule[];
}

const importFault = (count: number, status: number, code: string) => ({
  service: "securityhub",
  operation: "BatchImportFindings",
  kind: "error",
  count,
  status,
  code,
});

const faultScenario = (name: string, rule: object, afterFirstRun = false): FaultScenario => ({
  name,
  afterFirstRun,
  rules: checkFaults([rule], name),
});

const FAULTS: readonly FaultScenario[] = [
  faultScenario("first 6 imports: 500", importFault(6, 500, "InternalException")),
  faultScenario("first 6 imports: 429, LimitExceeded", importFault(6, 429, "LimitExceededException")),
  faultScenario("first 40 imports: 429, TooManyRequests", importFault(40, 429, "TooManyRequestsException")),
  faultScenario(
    "second run, SSM calls 2 to 41: throttled",
    { service: "ssm", operation: "*", kind: "error", from: 2, count: 40, status: 400, code: "ThrottlingException" },
    true,
  ),
];

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
  await inSession(tool, before, join(directory, "runs"), async (session) => {
    const first = await session.run(before, []);
    usual = reportedNodes(first.findings);
    report(rowOf(tool, "first run", before, first, new Set()));
    const second = await session.run(before, []);
    report(rowOf(tool, "second run, nothing changed", before, second, usual));
    const third = await session.run(patched, []);
    report(rowOf(tool, "third run, all nodes patched", patched, third, reportedNodes(second.findings)));
  });
  for (const [index, { name, rules, afterFirstRun }] of FAULTS.entries()) {
    await inSession(tool, before, join(directory, `fault-${index}`), async (session) => {
      const known = afterFirstRun ? reportedNodes((await session.run(before, [])).findings) : new Set<string>();
      const disturbed = await session.run(before, rules);
      const next = await session.run(before, []);
      const lost = missing(usual, disturbed);
      const lostAfterNextRun = missing(usual, next);
      report({ ...rowOf(tool, name, before, disturbed, known), lost, lostAfterNextRun });
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
