import type { CapturedResource } from "./captured-resource.ts";
import type { QueueArns } from "../run/report.ts";
import type { SimulatedType } from "./resource-types.ts";

/** The resources that a run must find by their purpose. Pulumi adds suffixes to their names and ARNs. */
export interface ProgramParts {
  readonly queues: QueueArns;
  /** Resource name of the rule that starts the sweep. */
  readonly sweepSchedule: string;
  /** Resource name of the rule that starts redrive. */
  readonly redriveSchedule: string;
  /** The deployed definition of the state machine, in Amazon States Language. */
  readonly definition: unknown;
}

/**
 * Finds these resources.
 * @throws {Error} if the program lacks one of them in the Region
 */
export function programParts(resources: readonly CapturedResource[], region: string): ProgramParts {
  const part = (type: SimulatedType, suffix: string): CapturedResource => {
    const found = resources.find(
      (resource) => resource.type === type && resource.region === region && resource.name.endsWith(suffix),
    );
    if (found === undefined) throw new Error(`the program has no ${type} in ${region} whose name ends in "${suffix}"`);
    return found;
  };
  const queue = (suffix: string): string => part("aws:sqs/queue:Queue", suffix).arn;
  const rule = (suffix: string): string => part("aws:cloudwatch/eventRule:EventRule", suffix).name;
  return {
    queues: {
      work: queue("-work"),
      outage: queue("-outage"),
      quarantine: queue("-quarantine"),
      sweep: queue("-sweep-queue"),
    },
    sweepSchedule: rule("-sweep-schedule"),
    redriveSchedule: rule("-redrive-schedule"),
    definition: JSON.parse(String(part("aws:sfn/stateMachine:StateMachine", "").inputs["definition"])),
  };
}
