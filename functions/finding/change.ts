import type { FindingKind } from "../../contract/generators.ts";
import type { Intent } from "./intent.ts";
import type { ImportableFinding } from "./stored-finding.ts";

/** What is planned for one finding of a node. */
export interface Change extends Pick<Intent, "nodeId" | "action" | "reason"> {
  /** Absent for the finding about compliance. */
  readonly kind?: Exclude<FindingKind, "compliance">;
  /** Present if something is to be imported. */
  readonly finding?: ImportableFinding;
}

/** A node and the Id of what was sent about it, if anything was. */
export interface Sent {
  readonly nodeId: string;
  readonly finding?: { readonly Id: string };
}
