import type { UnmanagedInstances } from "../../contract/unmanaged-instances.ts";

const HOUR_MS = 60 * 60_000;
/** EC2 Auto Scaling sets this tag on the instances of a group (user guide, "Tag Auto Scaling groups and instances"). */
const GROUP_TAG = "aws:autoscaling:groupName";

/** A running EC2 instance. */
export interface RunningInstance {
  readonly nodeId: string;
  /** ISO 8601: when it was last started. */
  readonly startedAt?: string;
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Returns whether a running instance must be managed. A `young` one may still register.
 *
 * @param now ISO 8601
 * @example
 * expectation({ nodeId, tags: new Map() }, { minimumAgeHours: 24, leaveOutTags: {}, autoScaling: false }, now); // "managed"
 */
export function expectation(
  { startedAt, tags }: RunningInstance,
  { minimumAgeHours, leaveOutTags, autoScaling }: UnmanagedInstances,
  now: string,
): "managed" | "young" | "leftOut" {
  const hasLeftOutTag = Object.entries(leaveOutTags).some(([key, values]) => {
    const value = tags.get(key);
    return value !== undefined && values.includes(value);
  });
  if (hasLeftOutTag || (!autoScaling && tags.has(GROUP_TAG))) return "leftOut";
  const age = Date.parse(now) - Date.parse(startedAt ?? "");
  return age < minimumAgeHours * HOUR_MS ? "young" : "managed";
}
