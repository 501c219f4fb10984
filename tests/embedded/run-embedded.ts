import { expect } from "chai";
import * as z from "zod";
import { failedExecutions, type FailedExecution } from "../../local/run/failed-executions.ts";
import { parseOptions } from "../../local/run/options.ts";
import { makeReport, unaccounted, type Report } from "../../local/run/report.ts";
import type { UsedPermission } from "../../local/services/iam/permissions.ts";
import { startRun, type Run } from "../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { sweepOnce } from "../../local/run/sweeping.ts";

const asff = z.looseObject({
  Id: z.string(),
  CreatedAt: z.string(),
  UpdatedAt: z.string(),
  RecordState: z.string(),
  FindingProviderFields: z.object({ Severity: z.object({ Label: z.string() }) }),
  ProductFields: z.record(z.string(), z.string()),
  Resources: z.array(z.object({ Id: z.string(), Type: z.string() })),
});
type Asff = z.infer<typeof asff>;

export interface Outcome extends Report {
  readonly open: readonly Asff[];
  readonly missing: readonly string[];
  /** Managed nodes that `--sweep` did not reach. */
  readonly unswept: readonly string[];
  readonly failed: readonly FailedExecution[];
  readonly events: readonly object[];
  /** Events that targets outside the program received. */
  readonly notified: readonly object[];
  /** The permissions that the roles used. */
  readonly used: readonly UsedPermission[];
}

export interface How {
  /** Runs after the events are on the bus. */
  readonly during?: (run: Run) => Promise<void>;
}

/** One embedded run, from command line to report. No role may be denied anything in any of them. */
export async function embeddedRun(args: readonly string[], { during }: How = {}): Promise<Outcome> {
  const options = parseOptions(["--once", ...args]);
  const run = await startRun(options);
  try {
    await run.sendEvents();
    await during?.(run);
    await untilQueuesAreEmpty(run);
    const unswept = options.sweep ? await sweepOnce(run) : [];
    const report = await makeReport(run.cloud, run.program.queues, run.hub.findings(), 0, run.hub.violations);
    expect(report.denied, "what the roles lack").to.deep.equal([]);
    expect(report.violations ?? [], "what Security Hub forbids and lets pass").to.deep.equal([]);
    const open = z
      .array(asff)
      .parse(report.findings)
      .filter(({ RecordState }) => RecordState === "ACTIVE");
    return {
      ...report,
      open,
      missing: unaccounted(report, run.expected),
      unswept,
      failed: failedExecutions(run.cloud.executions(), report.quarantined, run.fleet),
      events: run.events,
      notified: (run.cloud.notifications?.deliveries ?? []).map(({ event }) => z.looseObject({}).parse(event)),
      used: run.cloud.used,
    };
  } finally {
    await run.close();
  }
}

export function severities(open: readonly Asff[]): Record<string, string> {
  return Object.fromEntries(
    open
      .map((finding) => [finding.Id.split("/").at(-1) ?? "", finding.FindingProviderFields.Severity.Label] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
