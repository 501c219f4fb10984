import { isHybrid, type Removed, type NodeReference } from "../work/node-reference.ts";
import { omit } from "../runtime/omit.ts";
import { UNMANAGED } from "./blind-spot.ts";
import type { NodeReading } from "./reading.ts";
import {
  BLIND_SPOT_DAYS,
  delayAfter,
  judge,
  MAX_READS_OF_NODE,
  newestRun,
  notReady,
  TRANSIENT_DELAY,
  unknown,
  type Judgement,
  type Verdict,
} from "./verdict.ts";

/** EC2's answer about one instance, as the state machine passes it on. */
export interface Ec2Answer {
  readonly nodeId: string;
  /** The names of the instance's states: one, or none if EC2 does not know the instance. */
  readonly answer?: { readonly states: readonly string[] };
  /** The error's name, if EC2 did not answer. */
  readonly error?: string;
}

type Existence = "exists" | "shuttingDown" | "terminated" | "unknown" | "noAnswer";

/**
 * Returns whether EC2 must say if the instance still exists. It must before a claim counts that the instance was removed,
 * and before a finding may open about a node whose agent is not connected: Systems Manager lists terminated instances for
 * a while and keeps their data. EC2 does not know hybrid nodes.
 *
 * Gather calls this, although it judges: only the verdict tells whether this reading opens something. Readings alone do not
 * tell data that is still awaited from data that never comes, so each attempt of such a node would ask EC2 again.
 */
export function mustAskEc2(reference: NodeReference, reading: NodeReading, blindSpotDays = BLIND_SPOT_DAYS): boolean {
  if (isHybrid(reference.nodeId)) return false;
  if (reference.removed !== undefined) return true;
  if (reference.unmanaged !== undefined && reading.listed !== true) return true;
  if (reading.online === true) return false;
  const verdict = judge(reference, reading, blindSpotDays);
  return verdict.status === "noncompliant" || "blindSpot" in verdict;
}

/**
 * Judges one node by its data and by what EC2 says.
 *
 * @param ec2 EC2's answer; undefined if it was not asked. An answer without `answer` is awaited, {@link MAX_READS_OF_NODE} times
 */
export function judgeConfirmed(
  reference: NodeReference,
  reading: NodeReading,
  blindSpotDays = BLIND_SPOT_DAYS,
  ec2?: Ec2Answer,
): Verdict {
  const judgedAs = (removed: Removed | undefined): Verdict =>
    judge(removed === undefined ? withoutClaim(reference) : { ...reference, removed }, reading, blindSpotDays);
  const { nodeId, removed: claim, attempts } = reference;
  if (isHybrid(nodeId)) return hybrid(reference, reading, judgedAs);
  if (ec2 === undefined && claim === undefined) return judgedAs(undefined);
  switch (existence(ec2)) {
    case "noAnswer":
      return unanswered(reference, reading, ec2, judgedAs);
    case "terminated":
      return judgedAs("terminated");
    case "shuttingDown":
      if (claim !== "terminated" || attempts + 1 >= MAX_READS_OF_NODE) return withoutBlindSpot(judgedAs(undefined));
      return notReady("EC2 says that the instance is shutting down", attempts + 1, delayAfter(attempts + 1));
    case "exists":
      return exists(
        awaitsNothing(reference, reading) ? unconfirmed(reference, reading) : judgedAs(undefined),
        inState(reference, reading, ec2),
      );
    case "unknown":
      // The two sweeps decide about an instance that an event calls deregistered.
      if (claim !== "terminated") return withoutBlindSpot(judgedAs(claim && "absent"));
      return pingedSince(reference, reading) ? refuteClaim(judgedAs(undefined)) : absent(reference, reading);
  }
}

/**
 * Judges a hybrid node. EC2 does not know it, so Systems Manager alone confirms that it was deregistered. Its list may lag
 * behind the event, so the node is read again a few times. A node that reported after the event was registered again.
 */
function hybrid(
  reference: NodeReference,
  reading: NodeReading,
  judgedAs: (removed: Removed | undefined) => Verdict,
): Verdict {
  const { removed: claim, attempts } = reference;
  if (claim === "terminated") return refuteClaim(judgedAs(undefined));
  if (claim !== "deregistered" || reading.listed !== true || reading.unread !== undefined) return judgedAs(claim);
  if (pingedSince(reference, reading) || attempts + 1 >= MAX_READS_OF_NODE) {
    return awaitsNothing(reference, reading) ? unconfirmed(reference, reading) : refuteClaim(judgedAs(undefined));
  }
  return notReady("Systems Manager still lists the node", attempts + 1, delayAfter(attempts + 1));
}

/** Returns whether only an event about a deregistration named the node: then no run announced any data. */
function awaitsNothing(reference: NodeReference, { sources, unread }: NodeReading): boolean {
  const isUnannounced = newestRun(reference) === undefined && reference.sweep === undefined;
  return reference.removed === "deregistered" && isUnannounced && sources.length === 0 && unread === undefined;
}

function unconfirmed(reference: NodeReference, reading: NodeReading): Verdict {
  return unknown(reference, reading, "the node was not deregistered, and has no patch compliance data");
}

/** Returns the reference without the claim that its node was removed. */
export function withoutClaim(reference: NodeReference): NodeReference {
  return omit(reference, "removed", "removedAt");
}

/** An instance has one state. `terminated` wins, because it is final. */
function existence(ec2: Ec2Answer | undefined): Existence {
  const states = ec2?.answer?.states;
  if (states === undefined) return "noAnswer";
  if (states.includes("terminated")) return "terminated";
  if (states.includes("shutting-down")) return "shuttingDown";
  return states.length === 0 ? "unknown" : "exists";
}

/**
 * Judges a node that EC2 did not answer about. No claim counts and no blind spot opens. Noncompliant data is believed
 * after the last attempt: the next sweep closes a wrong finding, but a missing finding is a hidden risk.
 */
function unanswered(
  reference: NodeReference,
  reading: NodeReading,
  ec2: Ec2Answer | undefined,
  judgedAs: (removed: Removed | undefined) => Verdict,
): Verdict {
  const reason = `EC2 did not say whether the instance exists: ${ec2?.error ?? "no answer"}`;
  const times = (reference.ec2Attempts ?? 0) + 1;
  if (times < MAX_READS_OF_NODE)
    return { ...notReady(reason, reference.attempts, TRANSIENT_DELAY), ec2Attempts: times };
  return reference.removed === undefined ? withoutBlindSpot(judgedAs(undefined)) : unknown(reference, reading, reason);
}

function exists(verdict: Verdict, more: ReturnType<typeof inState>): Verdict {
  return "evidence" in verdict ? { ...verdict, exists: true, ...more } : refuteClaim(verdict);
}

/** Returns what the state of an existing instance means for a blind spot about an unmanaged instance. */
function inState(
  { unmanaged }: NodeReference,
  { listed, unread }: NodeReading,
  ec2: Ec2Answer | undefined,
): Pick<Judgement, "blindSpot" | "stopped" | "leftOut"> {
  const states = ec2?.answer?.states ?? [];
  if (states.includes("stopped") || states.includes("stopping")) return { stopped: true };
  if (unmanaged === false) return { leftOut: true };
  const isUnmanaged = unmanaged === true && states.includes("running") && listed !== true && unread === undefined;
  return isUnmanaged ? { blindSpot: UNMANAGED } : {};
}

/** Marks that the node is read again without the claim that it was removed. */
function refuteClaim(verdict: Verdict): Verdict {
  return verdict.status === "notReady" ? { ...verdict, claimRefuted: true } : verdict;
}

/** Judges the node as absent, even if Systems Manager still lists it: its list lags behind a termination. */
function absent(reference: NodeReference, { nodeId, readAt, sources, unread, transient }: NodeReading): Verdict {
  const failed = unread !== undefined && { unread, ...(transient !== undefined && { transient }) };
  return judge({ ...reference, removed: "absent" }, { nodeId, readAt, sources, ...failed });
}

/** Returns whether the node pinged after the claim. PingStatus lags behind a termination, the ping time does not. */
function pingedSince({ removedAt }: NodeReference, { pingedAt }: NodeReading): boolean {
  return Date.parse(pingedAt ?? "") > Date.parse(removedAt ?? "");
}

function withoutBlindSpot(verdict: Verdict): Verdict {
  return "blindSpot" in verdict ? omit(verdict, "blindSpot") : verdict;
}
