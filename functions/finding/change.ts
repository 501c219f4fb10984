import type { FindingKind } from "../../contract/generators.ts";
import type { Intent } from "./intent.ts";

/** The change of one finding, as Publish returns it in the output of the execution, from which the report is made. */
export interface Change extends Pick<Intent, "nodeId" | "action" | "reason"> {
  /** Absent for the finding about compliance. */
  readonly kind?: Exclude<FindingKind, "compliance">;
}

/**
 * Returns the change that an intent makes.
 *
 * @example
 * changeOf(intent); // { nodeId: "i-0123456789abcdef0", action: "open", reason: "HIGH: ..." }
 */
export function changeOf({ nodeId, kind, action, reason }: Intent): Change {
  return { nodeId, action, reason, ...(kind === "blindSpot" && { kind }) };
}
