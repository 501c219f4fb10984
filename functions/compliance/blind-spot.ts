import { counted } from "../../contract/counted.ts";
import type { ExpectedRun, NodeReference } from "../work/node-reference.ts";
import type { NodeReading } from "./reading.ts";
import { endTime } from "./sources.ts";

/**
 * Why the patch status of a node is unknown: Systems Manager does not manage the instance, its run failed and left nothing
 * new, it has no patch compliance data at all, or its last patch operation is too long ago. The first says most, the last
 * least.
 */
export const BLIND_SPOTS = ["unmanaged", "failedRun", "noData", "silent"] as const;

export interface BlindSpot {
  readonly kind: (typeof BLIND_SPOTS)[number];
  /** At most 200 bytes. */
  readonly reason: string;
}

/** The blind spot of a running instance that Systems Manager does not list. */
export const UNMANAGED: BlindSpot = {
  kind: "unmanaged",
  reason: "EC2 runs the instance, and Systems Manager does not manage it",
};

const DAY_MS = 24 * 60 * 60_000;

/** Returns why a node is a blind spot, if it is one. Call it only if no more data is awaited. */
export function blindSpotOf(
  reference: NodeReference,
  reading: NodeReading,
  run: ExpectedRun | undefined,
  late: string | undefined,
  blindSpotDays: number,
): BlindSpot | undefined {
  if (late !== undefined && run?.status !== undefined && run.status !== "Success") {
    return { kind: "failedRun", reason: `${run.document} ended with status ${run.status} and left no result` };
  }
  if (reference.sweep !== undefined && run === undefined) return silence(reading, blindSpotDays);
  if (reading.sources.length > 0) return undefined;
  const after = run === undefined ? "" : ` after ${run.document}`;
  return { kind: "noData", reason: `Systems Manager has no patch compliance data for the node${after}` };
}

/**
 * A sweep checks every node, also one that joined a minute ago. A new node has the same number of days for its first
 * operation. PingStatus does not matter. A node that is not listed may be a removed one.
 */
function silence({ sources, listed, registeredAt, readAt }: NodeReading, days: number): BlindSpot | undefined {
  if (listed !== true) return undefined;
  const isLongAgo = (time: number) => Date.parse(readAt) - time >= days * DAY_MS;
  if (sources.length === 0) {
    if (registeredAt !== undefined && !isLongAgo(Date.parse(registeredAt))) return undefined;
    return { kind: "noData", reason: "the node has never reported patch compliance" };
  }
  const newest = Math.max(...sources.map(endTime));
  if (newest === 0 || !isLongAgo(newest)) return undefined;
  const day = new Date(newest).toISOString().slice(0, 10);
  return { kind: "silent", reason: `the last patch operation ended on ${day}, at least ${counted(days, "day")} ago` };
}
