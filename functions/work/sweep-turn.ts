/**
 * What a sweep goes through: all managed nodes, then the open findings of nodes that Systems Manager does not list,
 * then closed findings of such nodes whose workflow is not resolved yet.
 */
export const SWEEP_STAGES = ["nodes", "open", "unresolved"] as const;
export type SweepStage = (typeof SWEEP_STAGES)[number];

/** Where a sweep stands; handed on from one invocation to the next. */
export interface SweepTurn {
  /** ISO 8601: when the sweep began. */
  readonly startedAt: string;
  readonly stage: SweepStage;
  /** The next page of the stage; its first one where absent. */
  readonly token?: string;
  /** Pages read so far, over all stages. */
  readonly pages: number;
  /** How often this page was tried in vain. */
  readonly attempts: number;
}

/** The bound in place of Lambda's detection of recursive loops: four times what 100,000 nodes take. */
export const MAX_PAGES = 10_000;
export const MAX_ATTEMPTS = 5;
/** The longest delay that SQS knows. */
const MAX_DELAY_SECONDS = 900;
/** A page of 50 nodes costs about as many reads; at one page in so many seconds they stay under the API's rates. */
const SECONDS_PER_MESSAGE = 2;
const FIRST_RETRY_SECONDS = 60;

/** The turn after a page; undefined after the last page of the last stage. */
export function afterPage(turn: SweepTurn, next: string | undefined): SweepTurn | undefined {
  const read = { startedAt: turn.startedAt, pages: turn.pages + 1, attempts: 0 };
  if (next !== undefined) return { ...read, stage: turn.stage, token: next };
  const stage = SWEEP_STAGES[SWEEP_STAGES.indexOf(turn.stage) + 1];
  return stage === undefined ? undefined : { ...read, stage };
}

/** Seconds that the message number `sent` of a turn waits, so that the turn's messages follow one after the other. */
export function spreadSeconds(sent: number): number {
  return Math.min(sent * SECONDS_PER_MESSAGE, MAX_DELAY_SECONDS);
}

export function retrySeconds(attempts: number): number {
  return Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), MAX_DELAY_SECONDS);
}
