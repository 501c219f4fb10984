import { CAUSES, UNKNOWN_CAUSE, type CauseCounts, type CauseRow } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { joinWithin } from "../runtime/text.ts";

type Words = Pick<CauseRow, "cause" | "one" | "many" | "remedy" | "remedyAlone">;

const MAX_TEXT_BYTES = 512;

/**
 * Returns the causes in words, such as "2 missing, 1 failed to install". Returns undefined if Systems Manager calls the
 * node noncompliant and names no cause.
 */
export function nameCauses(causes: CauseCounts): string | undefined {
  const parts = present(causes).map(({ count, one, many }) => counted(count, one, many));
  return parts.length === 0 ? undefined : joinWithin(parts, MAX_TEXT_BYTES);
}

/** Returns the steps that fix exactly these causes. */
export function remediationText(causes: CauseCounts): string {
  const found = present(causes);
  const [first, ...others] = found;
  if (first === undefined) return UNKNOWN_CAUSE.remedy;
  if (others.length === 0 && first.remedyAlone !== undefined) return first.remedyAlone;
  return found.map(({ remedy }) => remedy).join(" ");
}

function present(causes: CauseCounts): (Words & { readonly count: number })[] {
  return [...CAUSES, UNKNOWN_CAUSE]
    .map((words) => ({ ...words, count: causes[words.cause] }))
    .filter(({ count }) => count > 0);
}
