import { blindSpotOf, type BlindSpot } from "./blind-spot.ts";
import { writesAssociation, type ExpectedRun, type Removed, type NodeReference } from "../work/node-reference.ts";
import type { NodeReading, SourceReading } from "./reading.ts";
import { contradictions, currentSources, endTime, isNoncompliant, operationEnd } from "./sources.ts";
import { joinWithin } from "../runtime/text.ts";

/** Evaluate's verdict on one node, with its reasons. */
export type Verdict =
  | Judgement
  /** To be read again after a delay. `attempts` is the number of attempts that count so far. */
  | NotReady
  /** Not to be judged at all. */
  | { readonly status: "invalid"; readonly reason: string };

interface NotReady {
  readonly status: "notReady";
  readonly reason: string;
  readonly attempts: number;
  readonly delaySeconds: number;
  /** True if the claim that the node was removed is false: its reference is sent on without the claim. */
  readonly claimRefuted?: true;
  /** How often EC2 has not answered so far, if its answer is awaited. */
  readonly ec2Attempts?: number;
}

export interface Judgement {
  /**
   * `unproven`: no data is against the node, but the data is too old or too doubtful to prove compliance.
   * `unknown`: there is no data, or the node was removed.
   */
  readonly status: "compliant" | "noncompliant" | "unproven" | "unknown";
  readonly evidence: Evidence;
  /** Why the current patch status is unknown. Old data may still say something. */
  readonly blindSpot?: BlindSpot;
  /** Why the node was removed, if it was. */
  readonly removed?: Removed;
  /** ISO 8601: when the sweep began that asked. */
  readonly sweep?: string;
  /** True if Systems Manager lists the node. */
  readonly listed?: true;
  /** ISO 8601: when its agent last reported, if Systems Manager lists the node. */
  readonly pingedAt?: string;
  /** True if EC2 has just said that the instance exists. */
  readonly exists?: true;
  /** True if EC2 has just said that the instance was stopped. */
  readonly stopped?: true;
  /** True if the settings leave the node out of blind spots. */
  readonly leftOut?: true;
  /** True if the node's compliance items were not read, because its summaries have nothing noncompliant. */
  readonly summarized?: true;
}

export interface Evidence extends Pick<
  NodeReading,
  "nodeId" | "readAt" | "node" | "tagMatches" | "policies" | "acceptedBy"
> {
  /** ISO 8601: the end of the newest operation that counts; findings are ordered by it. Absent if there is none. */
  readonly endedAt?: string;
  /** ISO 8601: when it became a managed node. Only if there is no operation, and Systems Manager says so. */
  readonly registeredAt?: string;
  /** The current sources, newest first. */
  readonly sources: readonly SourceReading[];
  /** The run that an event announced. */
  readonly run?: ExpectedRun;
  /** Limits of the data: stale, counts only, contradictory, clock ahead. At most 300 bytes. */
  readonly notes: string;
}

/**
 * Attempts to read a node whose data is late, over about 15 minutes, before the data is judged as it is. An attempt
 * counts if it returned data, or an error about that node.
 */
export const MAX_READS_OF_NODE = 6;
/** Seconds before the second, third, ... attempt. */
const ATTEMPT_DELAYS = [15, 45, 120, 240, 480] as const;
/** Seconds until the next read if Systems Manager did not answer. That attempt does not count. */
export const TRANSIENT_DELAY = 120;
/** Seconds until the next read if Systems Manager throttled: from 5 to 20. That attempt does not count either. */
const THROTTLED_DELAYS = { least: 5, most: 20 } as const;
const COUNTS_ONLY_WAIT_MS = 15 * 60_000;
const MAX_NOTES_BYTES = 300;

/** Returns the seconds until the next attempt after so many attempts. */
export function delayAfter(attempts: number): number {
  return ATTEMPT_DELAYS[attempts - 1] ?? ATTEMPT_DELAYS[ATTEMPT_DELAYS.length - 1] ?? 0;
}

/** Days without a patch operation after which a sweep calls a node a blind spot, unless the deployment says otherwise. */
export const BLIND_SPOT_DAYS = 30;

/**
 * Judges one node by its data alone: has the data arrived (accuracy), can it be parsed (format), is it compliant?
 * `judgeConfirmed` adds EC2's answer.
 *
 * A node that is not ready is read again, {@link MAX_READS_OF_NODE} times in all. Then the data is judged as it is. An older or
 * contradictory result can keep or open a finding, but never proves compliance. A sweep that expects no run does not wait
 * for data that no event announced.
 */
export function judge(reference: NodeReference, reading: NodeReading, blindSpotDays = BLIND_SPOT_DAYS): Verdict {
  const { unread, malformed } = reading;
  const removed = removalOf(reference, reading);
  if (removed !== undefined) return { ...unknown(reference, reading, `the node is ${removed}`), removed };
  const late = unread ?? missingData(reference, reading);
  const doubts = [...(malformed === undefined ? [] : [malformed]), ...reading.sources.flatMap(contradictions)];
  const announced = reference.sweep === undefined || newestRun(reference) !== undefined;
  const waitFor = unread ?? (announced ? late : undefined) ?? countsOnlyYoung(reading) ?? doubts[0];
  if (waitFor !== undefined && reading.transient === true)
    return notReady(waitFor, reference.attempts, transientDelay(reading));
  const attempts = reference.attempts + 1;
  if (waitFor !== undefined && attempts < MAX_READS_OF_NODE) return notReady(waitFor, attempts, delayAfter(attempts));
  if (unread !== undefined) return { status: "invalid", reason: unread };
  if (reading.sources.length === 0 && malformed !== undefined) return { status: "invalid", reason: malformed };
  const blindSpot = blindSpotOf(reference, reading, newestRun(reference), late, blindSpotDays);
  const judged =
    reading.sources.length === 0
      ? unknown(reference, reading, late ?? "no patch compliance data")
      : judgeSources(reference, reading, late, doubts);
  return "evidence" in judged && blindSpot !== undefined ? { ...judged, blindSpot } : judged;
}

/**
 * Throttled is not late: the data may be there. Executions that were throttled together come back at different times. The
 * time of the reading decides when, so all nodes of one execution stay together.
 */
function transientDelay({ throttled, readAt }: NodeReading): number {
  const { least, most } = THROTTLED_DELAYS;
  return throttled === true ? least + (Date.parse(readAt) % (most - least + 1)) : TRANSIENT_DELAY;
}

export function notReady(reason: string, attempts: number, delaySeconds: number): NotReady {
  return { status: "notReady", reason, attempts, delaySeconds };
}

/**
 * Returns why the node was removed. A node that Systems Manager lists is neither absent nor deregistered, and a node that
 * could not be read may still be listed. EC2 has confirmed that a terminated instance is terminated.
 */
function removalOf({ removed }: NodeReference, { listed, unread }: NodeReading): Removed | undefined {
  return removed !== "terminated" && (listed === true || unread !== undefined) ? undefined : removed;
}

/** Returns a judgement that opens and closes nothing. */
export function unknown(reference: NodeReference, reading: NodeReading, notes: string): Judgement {
  const { nodeId, readAt, node, registeredAt } = reading;
  const run = newestRun(reference);
  const known = { ...(node && { node }), ...(registeredAt && { registeredAt }), ...(run && { run }) };
  const evidence = { nodeId, readAt, ...known, sources: [], notes };
  return { status: "unknown", evidence, ...circumstances(reference, reading) };
}

type Circumstances = Pick<Judgement, "sweep" | "listed" | "pingedAt" | "summarized">;

function circumstances({ sweep }: NodeReference, { listed, pingedAt, summarized }: NodeReading): Circumstances {
  const seen = listed === true && { listed, ...(pingedAt !== undefined && { pingedAt }) };
  return { ...(sweep !== undefined && { sweep }), ...seen, ...(summarized && { summarized }) };
}

function judgeSources(
  reference: NodeReference,
  reading: NodeReading,
  late: string | undefined,
  doubts: readonly string[],
): Verdict {
  const sources = currentSources(reading.sources, reading.readAt);
  const noncompliant = sources.some(isNoncompliant);
  const run = newestRun(reference);
  if (!noncompliant && reading.malformed !== undefined) return { status: "invalid", reason: reading.malformed };
  const { nodeId, readAt, node } = reading;
  const { endedAt, known: isEndKnown, note } = operationEnd(sources, readAt);
  const notes = [
    ...(late === undefined ? [] : [`stale data: ${late}`]),
    ...doubts.map((doubt) => `doubtful data: ${doubt}`),
    ...(sources.some(isCountsOnly) ? ["no patch details were available, so only the counts were used"] : []),
    ...(note === undefined ? [] : [note]),
  ];
  const known = { ...(node && { node }), ...policyFacts(reading), ...(run && { run }) };
  const evidence = { nodeId, readAt, endedAt, sources, ...known };
  const unproven = late !== undefined || doubts.length > 0 || !isEndKnown;
  return {
    status: noncompliant ? "noncompliant" : unproven ? "unproven" : "compliant",
    evidence: { ...evidence, notes: notes.length === 0 ? "" : joinWithin(notes, MAX_NOTES_BYTES) },
    ...circumstances(reference, reading),
  };
}

function policyFacts({ tagMatches, policies, acceptedBy }: NodeReading): Partial<Evidence> {
  return {
    ...(tagMatches && { tagMatches }),
    ...(policies !== undefined && { policies }),
    ...(acceptedBy !== undefined && { acceptedBy }),
  };
}

/** Returns why the expected run's data has not arrived yet, or undefined if it has. */
function missingData({ patchRun, associationRun }: NodeReference, { sources }: NodeReading): string | undefined {
  return (
    (patchRun && awaited(patchRun, sources)) ??
    (associationRun && awaited(associationRun, sources)) ??
    (sources.length === 0 ? "no patch compliance data" : undefined)
  );
}

function awaited(run: ExpectedRun, sources: readonly SourceReading[]): string | undefined {
  const inPlace = sources.filter(({ kind }) => (kind === "Association") === writesAssociation(run.document));
  if (inPlace.length === 0) {
    const place = writesAssociation(run.document)
      ? "compliance type Association"
      : "compliance type Patch or inventory";
    return `no data from ${run.document} in ${place}`;
  }
  // An association's data has its id. The data of Run Command does not have the command id.
  const named = inPlace.filter(({ operationId }) => operationId !== undefined && operationId === run.operationId);
  const newest = Math.max(...(named.length > 0 ? named : inPlace).map(endTime));
  if (run.notBefore === undefined || newest >= Date.parse(run.notBefore)) return undefined;
  return `the newest data is from ${new Date(newest).toISOString()}, before the last run of ${run.document}`;
}

/**
 * Returns why to wait for rows. Counts can be visible before the rows. They are believed alone once the rows have had
 * enough time. An association has no rows at all.
 */
function countsOnlyYoung({ sources, readAt }: NodeReading): string | undefined {
  const young = sources.some(
    (source) =>
      source.kind !== "Association" &&
      isCountsOnly(source) &&
      Math.abs(Date.parse(readAt) - endTime(source)) < COUNTS_ONLY_WAIT_MS,
  );
  return young ? "patch counts have arrived, but no patch details yet" : undefined;
}

function isCountsOnly(source: SourceReading): boolean {
  return source.patches === undefined && isNoncompliant(source);
}

export function newestRun({ patchRun, associationRun }: NodeReference): ExpectedRun | undefined {
  if (patchRun === undefined || associationRun === undefined) return patchRun ?? associationRun;
  return (patchRun.notBefore ?? "") >= (associationRun.notBefore ?? "") ? patchRun : associationRun;
}
