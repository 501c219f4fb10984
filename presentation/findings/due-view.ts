/** What a finding says about its deadline and about accepted patches. */
import { DUE_STATES, type DueState } from "../../contract/due.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { textAt } from "./finding-fields.ts";

/** The deadline of a finding. A closed finding has none. */
export interface DueView {
  readonly overdue: boolean;
  readonly due?: DueState;
  /** When the first patch must be installed. */
  readonly dueDate?: string;
  /** Which deadline set the due date. */
  readonly dueReason?: string;
  readonly overdueSince?: string;
  /** Since which day the node has lacked each listed patch. */
  readonly patchesSince: readonly { readonly patch: string; readonly since: string }[];
  /** Whether exceptions accept all noncompliant patches, or some. */
  readonly accepted?: "all" | "some";
  readonly acceptedUntil?: string;
  /** The accepted patches, each with date, owner and reason. */
  readonly acceptedPatches?: string;
}

/** Returns the deadline of a finding, with undefined for what the finding does not say. */
export function dueOf(finding: unknown, recordState: string) {
  const field = (key: string) => textAt(finding, "ProductFields", key);
  if (recordState === "ARCHIVED") return { overdue: false, patchesSince: [] };
  const stated = DUE_STATES.find((state) => state === field(PRODUCT_FIELDS.due));
  // Findings of earlier versions say only that they are overdue.
  const due = stated ?? (field(PRODUCT_FIELDS.overdue) === "true" ? "overdue" : undefined);
  return {
    overdue: due === "overdue",
    due,
    dueDate: field(PRODUCT_FIELDS.dueDate),
    dueReason: field(PRODUCT_FIELDS.dueReason),
    overdueSince: field(PRODUCT_FIELDS.overdueSince),
    patchesSince: patchesSince(field(PRODUCT_FIELDS.patchesSince)),
    accepted: (["all", "some"] as const).find((word) => word === field(PRODUCT_FIELDS.accepted)),
    acceptedUntil: field(PRODUCT_FIELDS.acceptedUntil),
    acceptedPatches: field(PRODUCT_FIELDS.acceptedPatches),
  };
}

/**
 * Returns the entries of `PatchFindings/AcceptedPatches`: each names a patch, the end of its exception, its owner and the
 * reason. A reason may hold commas, so an entry begins only where the next words say until when.
 *
 * @example acceptedPatches("KB1 accepted until 2026-12-31 by jane: no reboot, yet"); // one entry
 */
export function acceptedPatches(text = ""): string[] {
  return text === "" ? [] : text.split(/, (?=[^,]+ accepted until \d{4}-)/);
}

/** Patch ids may hold commas and spaces, so an entry ends only at its date. */
const ENTRY_END = /(?<= \d{4}-\d{2}-\d{2}), /;
const ENTRY = /^(.+) (\d{4}-\d{2}-\d{2})(?: and \d+ more)?$/;

/**
 * Returns the patches in `PatchFindings/PatchesSince`, each with its day.
 *
 * @example patchesSince("KB1 2026-07-01, a, b 2026-07-02")[1]; // { patch: "a, b", since: "2026-07-02" }
 */
export function patchesSince(text = ""): { patch: string; since: string }[] {
  return text.split(ENTRY_END).flatMap((entry) => {
    const [, patch = "", since = ""] = ENTRY.exec(entry) ?? [];
    return patch === "" ? [] : [{ patch, since }];
  });
}
