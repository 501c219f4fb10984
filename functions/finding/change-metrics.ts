import type { Change } from "./change.ts";
import type { CountMetric } from "../../contract/metrics.ts";
import type { Intent } from "./intent.ts";
import type { Judgement } from "../compliance/verdict.ts";

const DAY_MS = 24 * 60 * 60_000;

type Done = Pick<Change, "nodeId" | "kind" | "action">;

/**
 * Counts the changes of one batch, by metric.
 *
 * @example
 * changeCounts([{ nodeId, action: "open" }]).FindingsOpened; // 1
 */
export function changeCounts(done: readonly Done[]): Partial<Record<CountMetric, number>> {
  const count = (...actions: Done["action"][]): number => done.filter(({ action }) => actions.includes(action)).length;
  return {
    FindingsOpened: count("open", "reopen"),
    FindingsUpdated: count("update", "refresh"),
    FindingsClosed: count("close"),
    BlindSpotsFound: done.filter(({ kind, action }) => kind === "blindSpot" && action === "open").length,
  };
}

/**
 * Returns the seconds from the end of a patch operation to now, for each operation that an event announced and that
 * changed a finding. Sweeps and stale data are left out: they say nothing about the delay from event to finding.
 *
 * @example
 * operationAges(judgements, done, new Date()); // [42.5]
 */
export function operationAges(
  judgements: readonly Pick<Judgement, "evidence">[],
  done: readonly Done[],
  now: Date,
): readonly number[] {
  const changed = new Set(
    done.flatMap(({ nodeId, kind, action }) => (kind === undefined && action !== "unchanged" ? [nodeId] : [])),
  );
  return judgements.flatMap(({ evidence: { nodeId, run, endedAt } }) => {
    const end = Date.parse(endedAt ?? "");
    const announced = run?.notBefore !== undefined && end >= Date.parse(run.notBefore);
    return announced && changed.has(nodeId) ? [Math.max(0, (now.getTime() - end) / 1000)] : [];
  });
}

/**
 * Returns the days from the opening of a finding to now, for each compliance finding that closed on proof. A removed node
 * was not patched, and an ended blind spot says nothing about patching: both are left out.
 *
 * @example
 * daysToClose(intents, new Date()); // [3.25]
 */
export function daysToClose(done: readonly Intent[], now: Date): readonly number[] {
  return done.flatMap((intent) => {
    if (intent.action !== "close" || intent.content.shows !== "compliance") return [];
    const days = (now.getTime() - Date.parse(intent.content.ended.openSince ?? "")) / DAY_MS;
    return Number.isNaN(days) ? [] : [Math.max(0, days)];
  });
}
