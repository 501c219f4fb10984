import type { Cloud } from "./cloud.ts";
import type { FaultPlan } from "../gateway/faults.ts";
import { InputError, shown } from "../../command-line/input-error.ts";
import type { ProgramParts } from "../program/program-parts.ts";
import type { PatchOperation } from "../services/systems-manager/patch-operation.ts";
import type { SystemsManager } from "../services/systems-manager/systems-manager.ts";

/** The actions that a person can take in a running program. */
export interface RunControls {
  readonly hubAvailable: boolean;
  /** False during an outage of the fault plan, too. */
  readonly hubAnswers: boolean;
  /** Makes every operation of Security Hub answer 500 until it is available again. */
  setHubAvailable(available: boolean): void;
  /**
   * Installs missing patches on these nodes, or on all whose agent is reachable. Each run sends its event at its end.
   * @returns the number of events put on the bus
   * @throws {InputError} naming unknown ids. No run has started then
   */
  patch(nodeIds?: readonly string[]): Promise<number>;
  /** Scans these nodes instead. A scan changes no package. */
  scan(nodeIds?: readonly string[]): Promise<number>;
  /** Runs the redrive schedule now and waits for its function. @returns whether the schedule is enabled */
  redrive(): Promise<boolean>;
  /** Runs the sweep schedule now, without waiting for its work. @returns whether the schedule is enabled */
  sweep(): Promise<boolean>;
}

/** The parts of the run that the controls use. */
interface ControlledParts {
  readonly cloud: Cloud;
  readonly ssm: SystemsManager;
  readonly faults: FaultPlan;
  readonly program: ProgramParts;
  readonly now: () => Date;
}

export function runControls(controlled: ControlledParts): RunControls {
  const { cloud, faults, program } = controlled;
  return {
    get hubAvailable() {
      return faults.hubAvailable;
    },
    get hubAnswers() {
      return faults.hubAnswers;
    },
    setHubAvailable: (available) => {
      faults.hubAvailable = available;
    },
    patch: (nodeIds) => runDocuments(controlled, "Install", nodeIds),
    scan: (nodeIds) => runDocuments(controlled, "Scan", nodeIds),
    redrive: () => cloud.runSchedule(program.redriveSchedule),
    sweep: () => cloud.runSchedule(program.sweepSchedule),
  };
}

async function runDocuments(
  { cloud, ssm, now }: ControlledParts,
  type: PatchOperation["type"],
  nodeIds: readonly string[] = ssm.onlineNodes(),
): Promise<number> {
  const wanted = [...new Set(nodeIds)];
  requireKnown(wanted.filter((nodeId) => !ssm.isKnown(nodeId)));
  // One at a time, so that a run over a large fleet does not delay other work.
  for (const nodeId of wanted) await cloud.putEvents([ssm.runPatchDocument(nodeId, type, now())]);
  return wanted.length;
}

function requireKnown(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const first = unknown.slice(0, 10).map(shown).join(", ");
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : "";
  throw new InputError(`unknown nodes: ${first}${more}. Allowed: ids of the nodes in this fleet`);
}
