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
  /** How far the patch runs and scans are that run now. Undefined if none runs. */
  readonly progress: NodeProgress | undefined;
  /** Runs the redrive schedule now and waits for its function. @returns whether the schedule is enabled */
  redrive(): Promise<boolean>;
  /** Runs the sweep schedule now, without waiting for its work. @returns whether the schedule is enabled */
  sweep(): Promise<boolean>;
}

/** Nodes of all patch runs and scans that were started and have not ended together. */
export interface NodeProgress {
  readonly done: number;
  readonly total: number;
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
  const documents = new DocumentRuns(controlled);
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
    patch: (nodeIds) => documents.run("Install", nodeIds),
    scan: (nodeIds) => documents.run("Scan", nodeIds),
    get progress() {
      return documents.progress;
    },
    redrive: () => cloud.runSchedule(program.redriveSchedule),
    sweep: () => cloud.runSchedule(program.sweepSchedule),
  };
}

/** Runs the patch document on nodes, and counts them. */
class DocumentRuns {
  readonly #parts: ControlledParts;
  #running = 0;
  #done = 0;
  #total = 0;

  constructor(parts: ControlledParts) {
    this.#parts = parts;
  }

  get progress(): NodeProgress | undefined {
    return this.#running === 0 ? undefined : { done: this.#done, total: this.#total };
  }

  async run(
    type: PatchOperation["type"],
    nodeIds = this.#parts.ssm.onlineNodes() as readonly string[],
  ): Promise<number> {
    const { cloud, ssm, now } = this.#parts;
    const wanted = [...new Set(nodeIds)];
    requireKnown(wanted.filter((nodeId) => !ssm.isKnown(nodeId)));
    if (this.#running === 0) [this.#done, this.#total] = [0, 0];
    this.#running += 1;
    this.#total += wanted.length;
    try {
      // One at a time, so that a run over a large fleet does not delay other work.
      for (const nodeId of wanted) {
        await cloud.putEvents([ssm.runPatchDocument(nodeId, type, now())]);
        this.#done += 1;
      }
    } finally {
      this.#running -= 1;
    }
    return wanted.length;
  }
}

function requireKnown(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const first = unknown.slice(0, 10).map(shown).join(", ");
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : "";
  throw new InputError(`unknown nodes: ${first}${more}. Allowed: ids of the nodes in this fleet`);
}
