import type { FindingKind } from "./finding-identity.ts";
import type { ImportableFinding } from "./stored-finding.ts";

/** What is planned for one finding of a node. The finding is there exactly where something is to be imported. */
export interface Change {
  readonly nodeId: string;
  /** Absent for the finding about compliance. */
  readonly kind?: Exclude<FindingKind, "compliance">;
  readonly action: "open" | "update" | "reopen" | "close" | "refresh" | "unchanged";
  readonly reason: string;
  readonly finding?: ImportableFinding;
}
