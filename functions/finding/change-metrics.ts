import type { Change } from "./change.ts";
import type { CountMetric } from "../../contract/metrics.ts";
import type { Judgement } from "../compliance/verdict.ts";

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
