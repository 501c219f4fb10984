import { counted } from "../../contract/counted.ts";
import type { BenchCloud } from "./bench-cloud.ts";

/** Returns what is wrong at the end of a phase. Figures of a wrong run prove nothing. */
export async function problemsOf(
  { cloud, hub, program }: BenchCloud,
  open: number,
  expected: number,
): Promise<string[]> {
  const problems = cloud.defects.map(({ message }) => `the local cloud failed: ${message}`);
  if (open !== expected) problems.push(`${counted(open, "finding")} open, not ${expected}`);
  const queues: Readonly<Record<string, string>> = { ...program.queues };
  for (const [name, arn] of Object.entries(queues)) {
    const { visible, delayed, inFlight } = await cloud.counts(arn);
    const left = visible + delayed + inFlight;
    if (left > 0) problems.push(`${counted(left, "message")} left in the queue ${name}`);
  }
  const denied = new Set(cloud.denied.map(({ action, role }) => `${action} denied for ${role}`));
  return [...problems, ...denied, ...hub.violations];
}
