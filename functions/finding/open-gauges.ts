import { OPEN_FINDINGS, type GaugeMetric } from "../../contract/metrics.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import type { NodeTally } from "../work/sweep-turn.ts";
import type { Listed } from "./destination.ts";

/** What a gauge needs to know of an open finding. */
type Open = Pick<Listed, "kind" | "setAside"> & { readonly remembered: Pick<Listed["remembered"], "severity" | "due"> };

/**
 * Returns the gauges of a finished sweep. Findings that exceptions or people have set aside are not counted, as in the
 * report.
 *
 * @param nodes undefined if the sweep did not count its nodes. Their share is then left out
 * @example
 * openGauges([], { compared: 3, compliant: 2 }).CompliantNodes; // 66.67
 */
export function openGauges(
  findings: readonly Open[],
  nodes: NodeTally | undefined,
): Partial<Record<GaugeMetric, number>> {
  const shown = findings.filter(({ setAside }) => setAside !== true);
  const compliance = shown.filter(({ kind }) => kind === "compliance");
  const bySeverity = SEVERITY_LABELS.map((label) => {
    const some = compliance.filter(({ remembered: { severity } }) => severity === label);
    return [OPEN_FINDINGS[label], some.length] as const;
  });
  const compliant = nodes && percent(nodes);
  return {
    ...Object.fromEntries(bySeverity),
    OpenFindingsOverdue: compliance.filter(({ remembered: { due } }) => due === "overdue").length,
    OpenBlindSpots: shown.filter(({ kind }) => kind === "blindSpot").length,
    ...(compliant !== undefined && { CompliantNodes: compliant }),
  };
}

/** Returns the share with two decimals, rounded down: 100 means every node. Undefined if there is no node. */
function percent({ compared, compliant }: NodeTally): number | undefined {
  return compared === 0 ? undefined : Math.floor((compliant / compared) * 10_000) / 100;
}
