import type { FindingKind } from "../../contract/generators.ts";
import type { Intent } from "./intent.ts";
import type { ImportableFinding } from "../security-hub/asff/stored-finding.ts";

/**
 * The change of one finding, as Publish carries it out: an {@link Intent} in the format of Security Hub. Publish returns
 * it without `finding` in the output of the execution, from which the report is made.
 */
export interface Change extends Pick<Intent, "nodeId" | "action" | "reason"> {
  /** Absent for the finding about compliance. */
  readonly kind?: Exclude<FindingKind, "compliance">;
  /** Present if something is to be imported. */
  readonly finding?: ImportableFinding;
}

/** A node, and the Id of the finding that was sent about it, if any. */
export interface Sent {
  readonly nodeId: string;
  readonly finding?: { readonly Id: string };
}
