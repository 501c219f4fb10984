import { isHybrid, type NodeReference } from "../work/node-reference.ts";
import { omit } from "../runtime/omit.ts";
import type { NodeReading } from "./reading.ts";
import {
  BLIND_SPOT_DAYS,
  delayAfter,
  judge,
  MAX_LOOKS,
  notReady,
  PASSING_DELAY,
  unknown,
  type Verdict,
} from "./verdict.ts";

/** What the state machine hands on of EC2's answer about one instance. */
export interface Ec2Answer {
  readonly nodeId: string;
  /** The names of the instance's states: one, or none where EC2 does not know the instance. */
  readonly answer?: { readonly states: readonly string[] };
  /** The error's name, where EC2 did not answer. */
  readonly error?: string;
}

type Existence = "exists" | "shuttingDown" | "terminated" | "unknown" | "noAnswer";

/**
 * Whether EC2 must say if the instance still exists: before a claim that it is gone counts, and before any finding may
 * be opened about a node whose agent is not connected, as Systems Manager lists terminated instances for a while and
 * keeps their data. Hybrid nodes are none of EC2's.
 */
export function mustAskEc2(reference: NodeReference, reading: NodeReading, blindSpotDays = BLIND_SPOT_DAYS): boolean {
  if (isHybrid(reference.nodeId)) return false;
  if (reference.gone !== undefined) return true;
  if (reading.online === true) return false;
  const verdict = judge(reference, reading, blindSpotDays);
  return verdict.status === "noncompliant" || "blindSpot" in verdict;
}

/**
 * Judges one node by its data and by what EC2 says.
 *
 * @param ec2 EC2's answer; undefined where it was not asked. One without `answer` is waited for, {@link MAX_LOOKS} times
 */
export function judgeConfirmed(
  reference: NodeReference,
  reading: NodeReading,
  blindSpotDays = BLIND_SPOT_DAYS,
  ec2?: Ec2Answer,
): Verdict {
  const judgedAs = (gone: NodeReference["gone"]): Verdict =>
    judge(gone === undefined ? withoutGone(reference) : { ...reference, gone }, reading, blindSpotDays);
  const { nodeId, gone, looks } = reference;
  if (isHybrid(nodeId)) return gone === "terminated" ? unclaimed(judgedAs(undefined)) : judgedAs(gone);
  if (ec2 === undefined && gone === undefined) return judgedAs(undefined);
  switch (existence(ec2)) {
    case "noAnswer":
      return unanswered(reference, reading, ec2, judgedAs);
    case "terminated":
      return judgedAs("terminated");
    case "shuttingDown":
      if (gone !== "terminated" || looks + 1 >= MAX_LOOKS) return withoutBlindSpot(judgedAs(undefined));
      return notReady("EC2 says that the instance is shutting down", looks + 1, delayAfter(looks + 1));
    case "exists":
      return exists(judgedAs(undefined));
    case "unknown":
      if (gone !== "terminated") return withoutBlindSpot(judgedAs(gone));
      return pingedSince(reference, reading) ? unclaimed(judgedAs(undefined)) : absent(reference, reading);
  }
}

/** The reference without the claim that its node is gone. */
export function withoutGone(reference: NodeReference): NodeReference {
  return omit(reference, "gone", "goneAt");
}

/** An instance has one state; `terminated` wins, as it is final. */
function existence(ec2: Ec2Answer | undefined): Existence {
  const states = ec2?.answer?.states;
  if (states === undefined) return "noAnswer";
  if (states.includes("terminated")) return "terminated";
  if (states.includes("shutting-down")) return "shuttingDown";
  return states.length === 0 ? "unknown" : "exists";
}

/**
 * Without EC2's answer no claim counts and no blind spot is opened. Noncompliant data is believed in the end: a finding
 * too many is closed by the next sweep, a finding too few is a risk that nobody sees.
 */
function unanswered(
  reference: NodeReference,
  reading: NodeReading,
  ec2: Ec2Answer | undefined,
  judgedAs: (gone: NodeReference["gone"]) => Verdict,
): Verdict {
  const reason = `EC2 did not say whether it exists: ${ec2?.error ?? "no answer"}`;
  const times = (reference.unanswered ?? 0) + 1;
  if (times < MAX_LOOKS) return { ...notReady(reason, reference.looks, PASSING_DELAY), unanswered: times };
  return reference.gone === undefined ? withoutBlindSpot(judgedAs(undefined)) : unknown(reference, reading, reason);
}

function exists(verdict: Verdict): Verdict {
  return "evidence" in verdict ? { ...verdict, exists: true } : unclaimed(verdict);
}

/** The node is read again without the claim that it is gone. */
function unclaimed(verdict: Verdict): Verdict {
  return verdict.status === "notReady" ? { ...verdict, unclaimed: true } : verdict;
}

/** Also where Systems Manager still lists the node: its list lags behind a termination. */
function absent(reference: NodeReference, { nodeId, readAt, sources, unread, passing }: NodeReading): Verdict {
  const failed = unread !== undefined && { unread, ...(passing !== undefined && { passing }) };
  return judge({ ...reference, gone: "absent" }, { nodeId, readAt, sources, ...failed });
}

/** PingStatus lags behind a termination; the time of the last ping does not. */
function pingedSince({ goneAt }: NodeReference, { pingedAt }: NodeReading): boolean {
  return Date.parse(pingedAt ?? "") > Date.parse(goneAt ?? "");
}

function withoutBlindSpot(verdict: Verdict): Verdict {
  return "blindSpot" in verdict ? omit(verdict, "blindSpot") : verdict;
}
