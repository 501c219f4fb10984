import type { Cloud } from "./cloud.ts";
import type { FaultPlan } from "../gateway/faults.ts";
import { InputError, shown } from "../../command-line/input-error.ts";
import type { ProgramParts } from "../program/program-parts.ts";
import type { PatchOperation } from "../services/systems-manager/patch-operation.ts";
import type { SystemsManager } from "../services/systems-manager/systems-manager.ts";

/** What a person may do to a program that runs. */
export interface RunControls {
  readonly hubAvailable: boolean;
  /** False also in an outage that the run was started with. */
  readonly hubAnswers: boolean;
  /** Switched off, each operation of Security Hub answers 500, until it is switched on again. */
  setHubAvailable(available: boolean): void;
  /**
   * Installs missing patches on these nodes, or on all whose agent can be reached; each run ends with its event.
   * @returns how many events went on the bus
   * @throws {InputError} naming ids that nobody knows; then nothing ran
   */
  patch(nodeIds?: readonly string[]): Promise<number>;
  /** The same with a scan, which changes no package. */
  scan(nodeIds?: readonly string[]): Promise<number>;
  /** Runs the redrive schedule now, and waits for its function; @returns whether the schedule is switched on. */
  redrive(): Promise<boolean>;
  /** Runs the sweep schedule now, without waiting for its work; @returns whether the schedule is switched on. */
  sweep(): Promise<boolean>;
}

/** What the controls act on. */
interface Controlled {
  readonly cloud: Cloud;
  readonly ssm: SystemsManager;
  readonly faults: FaultPlan;
  readonly program: ProgramParts;
  readonly now: () => Date;
}

export function runControls(controlled: Controlled): RunControls {
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
  { cloud, ssm, now }: Controlled,
  type: PatchOperation["type"],
  nodeIds: readonly string[] = ssm.onlineNodes(),
): Promise<number> {
  const wanted = [...new Set(nodeIds)];
  requireKnown(wanted.filter((nodeId) => !ssm.isKnown(nodeId)));
  // One after the other, so that a run over a large fleet does not hold up what else goes on.
  for (const nodeId of wanted) await cloud.putEvents([ssm.runPatchDocument(nodeId, type, now())]);
  return wanted.length;
}

function requireKnown(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const first = unknown.slice(0, 10).map(shown).join(", ");
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : "";
  throw new InputError(`no such nodes in this run: ${first}${more}. Allowed: ids of the fleet's nodes`);
}
