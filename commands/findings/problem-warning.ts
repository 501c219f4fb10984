import { printable } from "../../command-line/terminal.ts";
import { utcTime } from "../../presentation/times/times.ts";
import type { Found } from "./finding-sources.ts";

/** Warns if the findings may be out of date, and says since when. */
export function warnOfProblem({ problem, readAt }: Found, warn: (text: string) => void): void {
  if (problem === undefined) return;
  const age = readAt === undefined ? "" : ` Findings read at ${utcTime(readAt)}.`;
  warn(printable(`warning: ${problem}${age}`));
}
