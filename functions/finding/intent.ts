import type { FindingKind } from "../../contract/generators.ts";
import type { BlindSpot } from "../compliance/blind-spot.ts";
import type { Gone } from "../work/node-reference.ts";
import type { Age } from "./age.ts";

/** What a finding is to show. A destination's adapter encodes it in its own format. */
export type Content =
  | ({ readonly shows: "noncompliance" } & Age)
  /** The node complies, proved by a later operation. */
  | { readonly shows: "compliance" }
  | { readonly shows: "blindSpot"; readonly blindSpot: BlindSpot }
  /** The node of a blind spot has reported again. */
  | { readonly shows: "report" }
  /** The node was removed. All else stays as it is stored. */
  | { readonly shows: "removal"; readonly removed: Gone }
  /** Since when sweeps have not found the node; undefined if it is no longer absent. All else stays as it is stored. */
  | { readonly shows: "absence"; readonly absentSince: string | undefined };

export type Write = "open" | "update" | "reopen" | "close" | "refresh";

/** What to do about one finding of a node, and why. */
export type Intent = {
  readonly nodeId: string;
  readonly kind: FindingKind;
  readonly reason: string;
} & ({ readonly action: "unchanged" } | { readonly action: Write; readonly content: Content });

/** What a rule says about one finding: `decide` adds whose finding it is. */
export type Decision = Outcome<Intent>;
type Outcome<Whole> = Whole extends Intent ? Omit<Whole, "nodeId" | "kind"> : never;

export function unchanged(reason: string): Decision {
  return { action: "unchanged", reason };
}
