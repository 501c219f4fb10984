import type { Cloud } from "./cloud.ts";
import type { FaultPlan } from "./faults.ts";

/** What a person may do to a program that runs. */
export interface RunControls {
  readonly hubAvailable: boolean;
  /** Switched off, each operation of Security Hub answers 500, until it is switched on again. */
  setHubAvailable(available: boolean): void;
  /** Runs the redrive schedule now, and waits for its function; @returns whether the schedule is switched on. */
  redrive(): Promise<boolean>;
  /** Runs the sweep schedule now, without waiting for its work; @returns whether the schedule is switched on. */
  sweep(): Promise<boolean>;
}

/** What the controls act on. */
export interface Controlled {
  readonly cloud: Cloud;
  readonly faults: FaultPlan;
  readonly redriveSchedule: string;
  readonly sweepSchedule: string;
}

export function runControls({ cloud, faults, redriveSchedule, sweepSchedule }: Controlled): RunControls {
  return {
    get hubAvailable() {
      return faults.hubAvailable;
    },
    setHubAvailable: (available) => {
      faults.hubAvailable = available;
    },
    redrive: () => cloud.runSchedule(redriveSchedule),
    sweep: () => cloud.runSchedule(sweepSchedule),
  };
}
