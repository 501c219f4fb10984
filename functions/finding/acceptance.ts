import { exceptionKey } from "../../contract/exception-key.ts";
import type { PatchException, Policies } from "../../contract/policies.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { Acceptance } from "./intent.ts";

/** Returns the exceptions that accept patches of a node; undefined if none does. */
export function acceptanceOf({ evidence, severity }: RatedJudgement, policies: Policies): Acceptance | undefined {
  const { exceptions: chosen, source } = severity;
  if (chosen === undefined) return undefined;
  const exceptionAt = (index: number | undefined): PatchException | undefined =>
    index === undefined ? undefined : policies.exceptions[index];
  const used = chosen.by.flatMap((index) => exceptionAt(index) ?? []);
  const [first] = used;
  if (first === undefined) return undefined;
  const listed = evidence.sources[source]?.patches?.worst ?? [];
  const patches = listed.flatMap(({ id, accepted }) => {
    const exception = exceptionAt(accepted ?? evidence.acceptedBy);
    return exception === undefined ? [] : [`${id} ${inWords(exception)}`];
  });
  return {
    accepted: chosen.accept,
    until: first.until,
    by: used.map(exceptionKey),
    patches: patches.length > 0 ? patches : used.map((exception) => `patches ${inWords(exception)}`),
  };
}

/**
 * Returns an exception in words.
 *
 * @example inWords(exception); // "accepted until 2026-12-31 by jane: no window before the release (OPS-7)"
 */
export function inWords({ until, owner, reason, ticket }: PatchException): string {
  return `accepted until ${lastMoment(until)} by ${owner}: ${reason}${ticket === undefined ? "" : ` (${ticket})`}`;
}

/** Returns the last day of an exception that ends at midnight, and the time of any other. */
function lastMoment(until: string): string {
  const end = Date.parse(until);
  const isMidnight = end % (24 * 60 * 60_000) === 0;
  return isMidnight ? new Date(end - 1).toISOString().slice(0, 10) : until;
}
