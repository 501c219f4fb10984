import type { FindingKind } from "../../contract/generators.ts";
import type { BlindSpot } from "../compliance/blind-spot.ts";
import type { Removed } from "../work/node-reference.ts";
import type { Accepted, Change } from "../../contract/changes.ts";
import type { Life } from "./life.ts";
import type { Ended } from "./remembered.ts";

/**
 * Why a blind spot ended without a report of its node: Systems Manager manages the instance, EC2 says that it was stopped,
 * or the settings leave the node out.
 */
export type BlindSpotEnd = "managed" | "stopped" | "leftOut";

/** The content of a finding, in no particular format. A destination encodes it in its own format. */
export type Content =
  | { readonly shows: "noncompliance"; readonly life: Life; readonly acceptance?: Acceptance }
  /** Only time has passed, or the policies are others. All else stays as it is stored. */
  | { readonly shows: "due"; readonly life: Life; readonly rules: string; readonly endsAcceptance: boolean }
  /** The node complies, proved by a later operation. */
  | { readonly shows: "compliance"; readonly ended: Ended }
  | { readonly shows: "blindSpot"; readonly blindSpot: BlindSpot; readonly openSince: string }
  /** The node of a blind spot has reported again. */
  | { readonly shows: "report"; readonly ended: Ended }
  /** A blind spot ended without a report of its node. */
  | { readonly shows: "blindSpotEnd"; readonly end: BlindSpotEnd; readonly ended: Ended }
  /** The node was removed. All else stays as it is stored. */
  | { readonly shows: "removal"; readonly removed: Removed }
  /** Since when sweeps have not found the node; undefined if it is no longer absent. All else stays as it is stored. */
  | { readonly shows: "absence"; readonly absentSince: string | undefined };

/** The exceptions that accept patches of a node. */
export interface Acceptance {
  readonly accepted: Accepted;
  /** ISO 8601: when the first of them ends. */
  readonly until: string;
  /** Their keys. */
  readonly by: readonly string[];
  /** The listed patches that they accept, each in words. */
  readonly patches: readonly string[];
}

export type Write = "open" | "update" | "reopen" | "close" | "refresh";

/** The decision about one finding of a node, with its reason. It knows no finding format; the destination adds that. */
export type Intent = {
  readonly nodeId: string;
  readonly kind: FindingKind;
  readonly reason: string;
} & (
  | {
      readonly action: "unchanged";
      /** True if the node's items must be read, because the finding would close. */
      readonly readInFull?: true;
    }
  | {
      readonly action: Write;
      readonly content: Content;
      readonly change: Change;
      /** The same for every retry of this change, and for no other change. */
      readonly changeId: string;
    }
);

/** Returns whether the node's items must be read before this finding closes. */
export function demandsItems(intent: Intent): boolean {
  return intent.action === "unchanged" && intent.readInFull === true;
}

/** An intent without its node, kind and change id, which `decide` adds. */
export type Decision = WithoutTarget<Intent>;
/** Applies Omit to each member of the union: Omit alone would merge the members. */
type WithoutTarget<Member> = Member extends Intent ? Omit<Member, "nodeId" | "kind" | "changeId"> : never;

/** Returns the decision to write nothing. */
export function unchanged(reason: string): Decision {
  return { action: "unchanged", reason };
}
