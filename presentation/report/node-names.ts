import { counted } from "../../contract/counted.ts";
import type { FindingView } from "../findings/finding-view.ts";
import { shortened } from "../findings/text.ts";

const MAX_NAME_LENGTH = 40;

/** Returns a node's computer name and its id, or only the id if the finding has no name. */
export function nodeName({ computerName, nodeId }: FindingView): string {
  return computerName === undefined ? nodeId : `${shortened(computerName, MAX_NAME_LENGTH)} (${nodeId})`;
}

/** Returns the first nodes of findings, and the number of the others. */
export function nodeNames(views: readonly FindingView[], most: number): string {
  const names = [...new Map(views.map((view) => [view.resourceId || view.id, nodeName(view)])).values()];
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${counted(more, "other node")}` : "");
}
