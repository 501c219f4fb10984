import { blindSpotOf, type BlindSpot } from "./blind-spot.ts";
import { writesAssociation, type ExpectedRun, type Gone, type NodeReference } from "../work/node-reference.ts";
import type { NodeReading, SourceReading } from "./reading.ts";
import { contradictions, currentSources, endTime, isNoncompliant, operationEnd } from "./sources.ts";
import { joinWithin } from "../runtime/text.ts";

/** What Evaluate says about one node, with its reasons. */
export type Verdict =
  | Judgement
  /** To be read again, after so many seconds; `looks` is the number of attempts that count so far. */
  | NotReady
  /** Not to be judged at all. */
  | { readonly status: "invalid"; readonly reason: string };

export interface NotReady {
  readonly status: "notReady";
  readonly reason: string;
  readonly looks: number;
  readonly delaySeconds: number;
  /** True where the claim that the node is gone has turned out to be false: its reference goes on without it. */
  readonly unclaimed?: true;
  /** How often EC2 has not answered so far, where its answer is waited for. */
  readonly unanswered?: number;
}

export interface Judgement {
  /**
   * `unproven`: nothing speaks against the node, yet the data is too old or too doubtful to prove compliance.
   * `unknown`: there is no data, or the node is gone.
   */
  readonly status: "compliant" | "noncompliant" | "unproven" | "unknown";
  readonly evidence: Evidence;
  /** Why nobody knows whether the node complies now, beside what old data says. */
  readonly blindSpot?: BlindSpot;
  readonly gone?: Gone;
  /** ISO 8601: when the sweep began that asked. */
  readonly sweep?: string;
  /** True where Systems Manager lists the node. */
  readonly listed?: true;
  /** ISO 8601: when its agent last reported, where Systems Manager lists the node. */
  readonly pingedAt?: string;
  /** True where EC2 has just said that the instance exists. */
  readonly exists?: true;
}

export interface Evidence extends Pick<NodeReading, "nodeId" | "readAt" | "node"> {
  /** ISO 8601: the end of the newest operation that counts; findings are ordered by it. Absent where there is none. */
  readonly endedAt?: string;
  /** ISO 8601: when it became a managed node. Only where there is no operation, and Systems Manager says so. */
  readonly registeredAt?: string;
  /** The current sources, newest first. */
  readonly sources: readonly SourceReading[];
  /** The run that led here, where an event named one. */
  readonly run?: ExpectedRun;
  /** What a reader must know about the data: stale, counts only, contradictory, clock ahead. At most 300 bytes. */
  readonly notes: string;
}

/**
 * Attempts to read a node whose data is late, over about 15 minutes, before the data is judged as it is. An attempt
 * counts if it returned data, or an error about that node.
 */
export const MAX_LOOKS = 6;
/** Seconds before the second, third, ... look. */
const LOOK_DELAYS = [15, 45, 120, 240, 480] as const;
/** Seconds until a node is read again that Systems Manager throttled or did not answer about: no attempt is used up. */
export const PASSING_DELAY = 120;
const COUNTS_ONLY_WAIT_MS = 15 * 60_000;
const MAX_NOTES_BYTES = 300;

/** Seconds until a node is looked at again that has been looked at `looks` times. */
export function delayAfter(looks: number): number {
  return LOOK_DELAYS[looks - 1] ?? LOOK_DELAYS[LOOK_DELAYS.length - 1] ?? 0;
}

/** Days without a patch operation after which a sweep calls a node a blind spot, unless the deployment says otherwise. */
export const BLIND_SPOT_DAYS = 30;

/**
 * Judges one node by its data alone; `judgeConfirmed` adds what EC2 says. Is the data there (accuracy), can it be understood (format), is it compliant?
 *
 * A node that is not ready is looked at again, {@link MAX_LOOKS} times in all; then what is there is judged. An older
 * or contradictory result can keep or open a finding; it is never taken for compliance. A sweep that expects no run
 * does not wait for data which nobody announced.
 */
export function judge(reference: NodeReference, reading: NodeReading, blindSpotDays = BLIND_SPOT_DAYS): Verdict {
  const { unread, malformed } = reading;
  const gone = goneAs(reference, reading);
  if (gone !== undefined) return { ...unknown(reference, reading, `the node is ${gone}`), gone };
  const late = unread ?? missingData(reference, reading);
  const doubts = [...(malformed === undefined ? [] : [malformed]), ...reading.sources.flatMap(contradictions)];
  const announced = reference.sweep === undefined || newestRun(reference) !== undefined;
  const waitFor = unread ?? (announced ? late : undefined) ?? countsOnlyYoung(reading) ?? doubts[0];
  if (waitFor !== undefined && reading.passing === true) return notReady(waitFor, reference.looks, PASSING_DELAY);
  const looks = reference.looks + 1;
  if (waitFor !== undefined && looks < MAX_LOOKS) return notReady(waitFor, looks, delayAfter(looks));
  if (unread !== undefined) return { status: "invalid", reason: unread };
  if (reading.sources.length === 0 && malformed !== undefined) return { status: "invalid", reason: malformed };
  const blindSpot = blindSpotOf(reference, reading, newestRun(reference), late, blindSpotDays);
  const judged =
    reading.sources.length === 0
      ? unknown(reference, reading, late ?? "no patch compliance data")
      : judgeSources(reference, reading, late, doubts);
  return "evidence" in judged && blindSpot !== undefined ? { ...judged, blindSpot } : judged;
}

export function notReady(reason: string, looks: number, delaySeconds: number): NotReady {
  return { status: "notReady", reason, looks, delaySeconds };
}

/**
 * A node that Systems Manager lists is not absent, whatever was seen before; nor is one that could not be read, as
 * nobody knows whether it is listed. That an instance is terminated, EC2 has said.
 */
function goneAs({ gone }: NodeReference, { listed, unread }: NodeReading): Gone | undefined {
  return gone === "absent" && (listed === true || unread !== undefined) ? undefined : gone;
}

/** A judgement that opens and closes nothing. */
export function unknown(reference: NodeReference, reading: NodeReading, notes: string): Judgement {
  const { nodeId, readAt, node, registeredAt } = reading;
  const run = newestRun(reference);
  const known = { ...(node && { node }), ...(registeredAt && { registeredAt }), ...(run && { run }) };
  const evidence = { nodeId, readAt, ...known, sources: [], notes };
  return { status: "unknown", evidence, ...circumstances(reference, reading) };
}

type Circumstances = Pick<Judgement, "sweep" | "listed" | "pingedAt">;

function circumstances({ sweep }: NodeReference, { listed, pingedAt }: NodeReading): Circumstances {
  const seen = listed === true && { listed, ...(pingedAt !== undefined && { pingedAt }) };
  return { ...(sweep !== undefined && { sweep }), ...seen };
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
  const { endedAt, known, note } = operationEnd(sources, readAt);
  const notes = [
    ...(late === undefined ? [] : [`stale: ${late}`]),
    ...doubts.map((doubt) => `doubtful: ${doubt}`),
    ...(sources.some(isCountsOnly) ? ["no package details were available; judged by counts"] : []),
    ...(note === undefined ? [] : [note]),
  ];
  const evidence = { nodeId, readAt, endedAt, ...(node && { node }), sources, ...(run && { run }) };
  const unproven = late !== undefined || doubts.length > 0 || !known;
  return {
    status: noncompliant ? "noncompliant" : unproven ? "unproven" : "compliant",
    evidence: { ...evidence, notes: notes.length === 0 ? "" : joinWithin(notes, MAX_NOTES_BYTES) },
    ...circumstances(reference, reading),
  };
}

/** Why the expected run's data is not there yet, or undefined when it is. */
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
    return `no data of ${run.document} under ${place}`;
  }
  // An association's data carries its id; a Run Command event's command id is nowhere in the data.
  const named = inPlace.filter(({ operationId }) => operationId !== undefined && operationId === run.operationId);
  const newest = Math.max(...(named.length > 0 ? named : inPlace).map(endTime));
  if (run.notBefore === undefined || newest >= Date.parse(run.notBefore)) return undefined;
  return `the newest data is of ${new Date(newest).toISOString()}, before the run of ${run.document} just ended`;
}

/**
 * Counts can be visible before the rows; they are believed alone when the rows have had their time. An association has
 * no rows at all.
 */
function countsOnlyYoung({ sources, readAt }: NodeReading): string | undefined {
  const young = sources.some(
    (source) =>
      source.kind !== "Association" &&
      isCountsOnly(source) &&
      Math.abs(Date.parse(readAt) - endTime(source)) < COUNTS_ONLY_WAIT_MS,
  );
  return young ? "patch counts are there, package details not yet" : undefined;
}

function isCountsOnly(source: SourceReading): boolean {
  return source.packages === undefined && isNoncompliant(source);
}

function newestRun({ patchRun, associationRun }: NodeReference): ExpectedRun | undefined {
  if (patchRun === undefined || associationRun === undefined) return patchRun ?? associationRun;
  return (patchRun.notBefore ?? "") >= (associationRun.notBefore ?? "") ? patchRun : associationRun;
}
