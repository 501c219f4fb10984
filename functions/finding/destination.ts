import type { KnownCause } from "../../contract/causes.ts";
import type { FindingKind } from "../../contract/generators.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { SourceKind } from "../compliance/reading.ts";
import type { Intent } from "./intent.ts";
import type { Foreign, Remembered } from "./remembered.ts";

/**
 * A service that keeps findings. Publish, redrive and the sweep reach it only through this interface. The one
 * implementation is `functions/security-hub/`; `functions/runtime/destination.ts` chooses it.
 *
 * A method throws if a whole call fails. The errors have the names that the state machine retries or catches.
 */
export interface Destination {
  /** The service's name, for reasons and logs. */
  readonly name: string;
  /** Checks with one small read whether the service is available. Throws if it is not. */
  probe(): Promise<void>;
  /** Reads the findings about these nodes. */
  recall(nodeIds: readonly string[]): Promise<Records>;
  /**
   * Returns one page of the program's findings, and of no others.
   *
   * @param which `open`: open findings. `unresolved`: closed findings that `settle` did not finish
   */
  list(which: Which, token?: string): Promise<ListedPage>;
  /** Returns the error that says that the service is unavailable. */
  unavailable(message: string): Error;
}

/** The findings about the nodes of one batch, as they were read, and how to change them. */
export interface Records {
  /** Returns what is known of one finding, for `decide`. */
  about(judged: RatedJudgement, kind: FindingKind): Known;
  /**
   * Writes the findings, and leaves unchanged ones alone. Carrying out a plan again must be harmless.
   *
   * @param accepted receives ids after each call, because a later call may throw
   */
  write(plans: readonly Plan[], accepted: Accepted): Promise<NotAccepted>;
  /**
   * Finishes closed and reopened findings, of earlier executions too, if a finding alone does not show that it is closed.
   *
   * @param failed ids that `write` did not write
   * @returns a message for each failure, if all failed and a retry can help
   */
  settle(plans: readonly Plan[], failed: ReadonlySet<string>): Promise<readonly string[]>;
}

export interface Known {
  /** The finding's id, as the service's messages name it. The same for every run. */
  readonly id: string;
  readonly remembered: Remembered | Foreign | undefined;
  /** Hash of what the finding would show of this judgement. */
  readonly contentHash: string;
}

/** What is to happen to one finding, and the judgement that it was decided on. */
export interface Plan {
  readonly id: string;
  readonly intent: Intent;
  readonly judged: RatedJudgement;
}

export type Accepted = (ids: readonly string[]) => void;

/** The findings that were not accepted. */
export interface NotAccepted {
  /** Why findings were refused for their content, by id. They would be refused again. */
  readonly refused: ReadonlyMap<string, string>;
  /** Findings that failed twice with an internal error of the service. They may be accepted later. */
  readonly stuck: readonly { readonly id: string; readonly message: string }[];
}

export interface ListedPage {
  readonly findings: readonly Listed[];
  /** Token of the next page. Absent on the last page. */
  readonly next?: string;
}

export type Which = "open" | "unresolved";

/** What a sweep needs to know of a finding: a few hundred bytes. */
export interface Listed {
  readonly nodeId: string;
  readonly kind: FindingKind;
  readonly remembered: Remembered;
  /** Where its data came from. */
  readonly source: SourceKind | undefined;
  readonly document: string | undefined;
  /** Its number of patches by cause. */
  readonly causes: Readonly<Partial<Record<KnownCause, number>>>;
  /** Hash of the policies that judged it. */
  readonly rules: string | undefined;
  /** True if it is SUPPRESSED, or a person resolved it. */
  readonly setAside?: true;
  /** True if its workflow status is not what it should be. */
  readonly unsettled?: true;
}
