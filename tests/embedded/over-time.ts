/** Runs that last for hours or days of the program's time, with settings of their own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { ACCOUNT, REGION, writeFleet, type Folder } from "./life-fleet.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";

export const HOUR_MS = 3_600_000;
export const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** What a run reads besides its fleet. */
export interface Course {
  /** Settings of the stack, without the Region. */
  readonly settings?: object;
  readonly args?: readonly string[];
  /** Default: no event names a node. */
  readonly events?: "of the fleet";
  readonly during?: (run: Run) => Promise<void>;
}

/** One run over a folder that is written for it. */
export async function runOver(directory: string, folder: Folder, course: Course = {}): Promise<Outcome> {
  const { settings = {}, args = [], events, during } = course;
  const fleet = await writeFleet(directory, folder);
  const config = join(fleet, "stack.yaml");
  const all = Object.entries({ regions: [REGION], ...settings });
  const named = all.map(([key, value]) => [`patch-manager-findings:${key}`, value] as const);
  await writeFile(config, JSON.stringify({ config: Object.fromEntries(named) }));
  const sent = events === undefined ? ["--events", join(fleet, "no-events.json")] : [];
  return embeddedRun(["--fleet", fleet, "--config", config, ...sent, ...args], during && { during });
}

/** Lets the program's time pass. */
export const pass = (hours: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, hours * HOUR_MS);
  });

/** Runs a sweep and all its work. @returns how many executions it needed */
export async function sweepNow(run: Run): Promise<number> {
  const before = run.cloud.executions().length;
  await run.controls.sweep();
  await untilQueuesAreEmpty(run);
  return run.cloud.executions().length - before;
}

/** Updates a finding as a person does. */
export function edit({ hub }: Run, { Id, ProductArn }: { Id: string; ProductArn: string }, update: object): void {
  const caller = { roleArn: `arn:aws:iam::${ACCOUNT}:role/ann`, account: ACCOUNT, region: REGION };
  hub.call("BatchUpdateFindings", { FindingIdentifiers: [{ Id, ProductArn }], ...update }, caller);
}
