/** Runs two phases on one account, with faults or without. */
import { join } from "node:path";
import type { FaultRule } from "../../local/gateway/faults.ts";
import { changedCreation, compare, type Violation } from "./compare.ts";
import { disordered } from "./event-order.ts";
import { faultRules } from "./fault-rules.ts";
import { scenesOf, type Scene } from "./fleets.ts";
import { writePhase } from "./phase-files.ts";
import { edited } from "./finding-edits.ts";
import { playPhase, type PhaseResult, type SweepTime } from "./phase.ts";
import { Random } from "./random.ts";

/** Runs per fleet share one calm run, which takes as long as a run with faults. */
const RUNS_PER_FLEET = 5;

/** The result of one run of the campaign. */
export interface RunResult {
  readonly run: number;
  readonly nodes: number;
  /** Broken calls, by operation and kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly (Violation & { readonly phase: 1 | 2 })[];
  readonly seconds: number;
}

/** The run without faults, to which all runs on its fleet are compared. */
interface CalmRun {
  readonly seed: string;
  readonly scenes: readonly [Scene, Scene];
  readonly phases: readonly [PhaseResult, PhaseResult];
}

/** The folder of the campaign's files, and the program's settings file. */
export interface Setting {
  readonly folder: string;
  readonly config: string;
}

/** Returns the number of a run's fleet. Runs and fleets count from 1. */
export const fleetOf = (run: number): number => Math.ceil(run / RUNS_PER_FLEET);

/** Plays a fleet's two phases without faults, with each event once and in order. */
export async function calmRun(seed: number, fleet: number, setting: Setting): Promise<CalmRun> {
  const name = `${seed} fleet ${fleet}`;
  const scenes = scenesOf(name, new Date());
  const how: How = { sweep: () => "after the events", events: (events) => events, faults: () => [] };
  const phases = await bothPhases(name, scenes, how, { ...setting, folder: join(setting.folder, "calm") });
  return { seed: name, scenes, phases };
}

/** Plays the same phases with faults and disordered events. The result lists the differences from the calm run. */
export async function chaosRun(seed: number, run: number, calm: CalmRun, setting: Setting): Promise<RunResult> {
  // The embedded run replaces Date and performance with a clock that jumps over waits, but not this one.
  const started = process.hrtime.bigint();
  const random = new Random(`${seed} run ${run}`);
  const nodes = calm.scenes[0].fleet.nodes.length;
  const how: How = {
    sweep: () => random.pick(["beside the events", "after the events"]),
    events: (events) => disordered(events, random),
    faults: () => faultRules(random, nodes),
  };
  const folder = join(setting.folder, `run-${run}`);
  const [first, second] = await bothPhases(calm.seed, calm.scenes, how, { ...setting, folder });
  const [calmFirst, calmSecond] = calm.phases;
  return {
    run,
    nodes,
    faults: sum(first.faults, second.faults),
    violations: [
      ...violationsOf(calmFirst, first, 1),
      ...violationsOf(calmSecond, second, 2),
      ...changedCreation(first.findings, second.findings).map((violation) => ({ ...violation, phase: 2 as const })),
    ],
    seconds: Number(process.hrtime.bigint() - started) / 1e9,
  };
}

interface How {
  readonly sweep: () => SweepTime;
  readonly events: (events: readonly object[]) => readonly object[];
  readonly faults: () => readonly FaultRule[];
}

/** Plays both phases. The second starts with the findings of the first, edited by people. */
async function bothPhases(seed: string, scenes: CalmRun["scenes"], how: How, { folder, config }: Setting) {
  const play = async (scene: Scene, findings: readonly object[], phase: string): Promise<PhaseResult> => {
    const input = { fleet: scene.fleet, findings, events: how.events(scene.events), faults: how.faults() };
    return playPhase(await writePhase(join(folder, phase), input), how.sweep(), config);
  };
  const first = await play(scenes[0], [], "phase-1");
  const second = await play(scenes[1], edited(first.findings, seed), "phase-2");
  return [first, second] as const;
}

/** Drops the workflow of closed findings. If Security Hub refuses to set it, the next sweep sets it (docs/finding.md). */
function withoutClosedWorkflow(finding: object): object {
  const { Workflow, Note, ...rest } = finding as { Workflow?: unknown; Note?: unknown; RecordState?: unknown };
  return rest.RecordState === "ARCHIVED" ? rest : { ...rest, Workflow, Note };
}

/** Compares the end of a phase. If the sweep came after the events, also compares before it, as a sweep hides lost events. */
function violationsOf(calm: PhaseResult, chaos: PhaseResult, phase: 1 | 2): RunResult["violations"] {
  const atEnd = compare(calm, chaos);
  const reported = new Set(atEnd.map(({ about }) => about));
  const beforeSweep = (findings: readonly object[]) => {
    return { findings: findings.map(withoutClosedWorkflow), quarantined: [], withoutResult: [] };
  };
  const byEvents =
    calm.afterEvents === undefined || chaos.afterEvents === undefined
      ? []
      : compare(beforeSweep(calm.afterEvents), beforeSweep(chaos.afterEvents));
  const early = byEvents.filter(({ about }) => !reported.has(about));
  return [
    ...atEnd,
    ...early.map((violation) => ({ ...violation, detail: `before the sweep: ${violation.detail}` })),
  ].map((violation) => ({ ...violation, phase }));
}

function sum(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [key, count] of all.flatMap((each) => Object.entries(each))) total[key] = (total[key] ?? 0) + count;
  return total;
}
