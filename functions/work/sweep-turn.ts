/**
 * The stages of a sweep, in order.
 *
 * - `nodes`: all managed nodes.
 * - `unlisted`: nodes with findings that Systems Manager does not list.
 * - `unmanaged`: running EC2 instances, if the settings switch on the check for those that are not managed. It is last, so
 *   that no other stage waits for EC2.
 */
export const SWEEP_STAGES = ["nodes", "unlisted", "unmanaged"] as const;
export type SweepStage = (typeof SWEEP_STAGES)[number];

/** How far a sweep has come. Each invocation continues from the turn that the one before it sent. */
export interface SweepTurn {
  /** ISO 8601: when the sweep began. */
  readonly startedAt: string;
  readonly stage: SweepStage;
  /** Token of the next page of the stage. Absent for its first page. */
  readonly token?: string;
  /** Pages read so far, over all stages. */
  readonly pages: number;
  /** How often reading this page failed. */
  readonly attempts: number;
  /** The managed nodes of the pages read so far. Absent in a turn of an earlier version, which did not count them. */
  readonly tally?: NodeTally;
}

/** Numbers of managed nodes. */
export interface NodeTally {
  /** Nodes that were compared with their findings. */
  readonly compared: number;
  /** Those that have no open finding, and are not sent to be checked. */
  readonly compliant: number;
}

export const NO_NODES: NodeTally = { compared: 0, compliant: 0 };

/** Returns the sum of two tallies; undefined if one is unknown. */
export function addTally(a: NodeTally | undefined, b: NodeTally): NodeTally | undefined {
  return a && { compared: a.compared + b.compared, compliant: a.compliant + b.compliant };
}

/**
 * Ends a sweep that would never end: five times the pages of 100,000 nodes. The sweep queue allows recursive loops, so
 * Lambda's own detection does not (Lambda developer guide, "Recursive loop detection").
 */
export const MAX_PAGES = 10_000;
/** Attempts to read one page before the sweep stops. */
export const MAX_TURN_ATTEMPTS = 5;
/** The longest delay that SQS accepts (API reference, "SendMessage", DelaySeconds). */
const MAX_DELAY_SECONDS = 900;
/** A message of 50 nodes causes up to 55 reads. One every 2 seconds leaves most of the API's rates to others. */
const SECONDS_PER_MESSAGE = 2;
const FIRST_RETRY_SECONDS = 60;

/**
 * Returns the turn after a page, or undefined after the last page of the last stage.
 *
 * @param next token of the stage's next page; undefined if there is none
 * @param checksUnmanaged whether the sweep has the stage `unmanaged`
 * @example
 * afterPage({ startedAt, stage: "nodes", pages: 0, attempts: 0 }, undefined); // { stage: "unlisted", pages: 1, ... }
 */
export function afterPage(turn: SweepTurn, next: string | undefined, checksUnmanaged = false): SweepTurn | undefined {
  const { startedAt, pages, tally } = turn;
  const read = { startedAt, pages: pages + 1, attempts: 0, ...(tally && { tally }) };
  if (next !== undefined) return { ...read, stage: turn.stage, token: next };
  const stages = SWEEP_STAGES.slice(SWEEP_STAGES.indexOf(turn.stage) + 1);
  const stage = stages.find((one) => checksUnmanaged || one !== "unmanaged");
  return stage === undefined ? undefined : { ...read, stage };
}

/**
 * Returns the turn that reads the same page again.
 *
 * @param keepsToken false if the token cannot be used any more. The stage then starts again, and counts its nodes again
 * @example
 * retryOf(turn, true); // { ...turn, attempts: turn.attempts + 1 }
 */
export function retryOf({ token, tally, ...turn }: SweepTurn, keepsToken: boolean): SweepTurn {
  const startsAgain = !keepsToken && turn.stage === "nodes";
  const counted = tally && startsAgain ? NO_NODES : tally;
  const attempts = turn.attempts + 1;
  return { ...turn, attempts, ...(counted && { tally: counted }), ...(keepsToken && token !== undefined && { token }) };
}

/**
 * Returns the delay, in seconds, of a turn's message, so that the messages of one turn arrive one after another.
 *
 * @param sent messages that the turn has sent before
 * @example
 * spreadSeconds(3); // 6
 */
export function spreadSeconds(sent: number): number {
  return Math.min(sent * SECONDS_PER_MESSAGE, MAX_DELAY_SECONDS);
}

/**
 * Returns the seconds to wait before a page is read again.
 *
 * @param attempts attempts so far, from 1
 * @example
 * retrySeconds(2); // 120
 */
export function retrySeconds(attempts: number): number {
  return Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), MAX_DELAY_SECONDS);
}
