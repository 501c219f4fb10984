/** Warns of findings that a filter may have missed. */
import { counted } from "../../contract/counted.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { shortened } from "../../presentation/findings/text.ts";
import type { FindingFilter } from "./filter.ts";
import type { Found } from "./finding-sources.ts";

const MOST_NAMES = 10;

/** Says which nodes may match the filter too: findings name only some patches or CVEs, and those of blind spots none. */
export function warnOfUnsure(
  { unsure = [], blindSpots = [] }: Found,
  { cve }: FindingFilter,
  warn: (text: string) => void,
): void {
  const what = cve === undefined ? "patches" : "CVEs";
  const words = unsure.length === 1 ? "lists only some of its" : "list only some of their";
  if (unsure.length > 0) warn(`${counted(unsure.length, "finding")} ${words} ${what}: ${namesOf(unsure)}`);
  if (blindSpots.length > 0) {
    warn(`The patch status of ${counted(blindSpots.length, "node")} is unknown: ${namesOf(blindSpots)}`);
  }
}

function namesOf(views: readonly FindingView[]): string {
  const names = views.slice(0, MOST_NAMES).map(({ computerName, nodeId }) => shortened(computerName ?? nodeId, 64));
  return names.join(", ") + (views.length > MOST_NAMES ? ` and ${views.length - MOST_NAMES} more` : "");
}
