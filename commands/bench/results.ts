/** Runs the bench and returns its results. */
import { realTime } from "../../local/run/clock.ts";
import { startBenchCloud, type BenchCloud, type Conditions } from "./bench-cloud.ts";
import type { Figures } from "./figures.ts";
import type { SeveralValues } from "./filter-values.ts";
import { idleLatency, type IdleLatency } from "./idle-latency.ts";
import type { Options } from "./options.ts";
import { playPhases, playRecovery, type Phase } from "./phases.ts";
import { quotas } from "./quotas.ts";

/** All phases of one fleet at one rate. */
export interface FleetResult {
  readonly nodes: number;
  readonly ssmRate: number | undefined;
  /** Whether filters of ListResourceComplianceSummaries with several values were accepted. */
  readonly severalValues: SeveralValues;
  readonly phases: readonly Figures[];
}

/** The results of the command. */
export interface BenchResult {
  readonly schema: 1;
  readonly options: Omit<Options, "json">;
  readonly fleets: readonly FleetResult[];
  readonly idle: readonly IdleLatency[];
}

/** The shortest batching window of the settings, in seconds. */
const SHORTEST_WINDOW = 1;

/**
 * Runs all sizes, rates and phases.
 * @param onPhase called after each phase with its real duration in seconds
 */
export async function runBench(
  options: Options,
  onPhase: (conditions: Conditions, figures: Figures, seconds: number) => void,
): Promise<BenchResult> {
  const { json: _, ...stated } = options;
  const fleets: FleetResult[] = [];
  for (const nodes of options.nodes) {
    for (const ssmRate of options.ssmRate) {
      const conditions: Conditions = { ...options, nodes, ssmRate };
      fleets.push(
        await fleetResult(conditions, options.phase, (figures, seconds) => onPhase(conditions, figures, seconds)),
      );
    }
  }
  const conditions: Conditions = { ...options, nodes: 0, ssmRate: options.ssmRate[0] };
  const idle = [await idleLatency(conditions), await idleLatency(conditions, SHORTEST_WINDOW)];
  return { schema: 1, options: stated, fleets, idle };
}

/** Runs phases of one fleet. `recovery` runs on a cloud of its own. */
export async function fleetResult(
  conditions: Conditions,
  wanted: readonly Phase[],
  onPhase: (figures: Figures, seconds: number) => void,
): Promise<FleetResult> {
  const { nodes, ssmRate } = conditions;
  const limits = ssmRate === undefined ? undefined : quotas(ssmRate);
  const phases: Figures[] = [];
  const answers = new Set<SeveralValues>();
  const play = async (playing: (run: BenchCloud) => AsyncGenerator<Figures>): Promise<void> => {
    const run = await startBenchCloud(conditions);
    try {
      let started = realTime.now();
      for await (const figures of playing(run)) {
        phases.push(figures);
        onPhase(figures, (realTime.now() - started) / 1000);
        started = realTime.now();
      }
      answers.add(run.filters.severalValues);
    } finally {
      await run.close();
    }
  };
  if (wanted.some((each) => each !== "recovery")) await play((run) => playPhases(run, wanted, limits));
  if (wanted.includes("recovery")) await play((run) => playRecovery(run, limits));
  const [severalValues = "not asked"] = [...answers].filter((each) => each !== "not asked");
  return { nodes, ssmRate, severalValues, phases };
}
