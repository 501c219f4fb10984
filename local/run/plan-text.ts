import type { Report } from "./report.ts";
import { printable } from "../../command-line/terminal.ts";

const SIGNS: Readonly<Record<string, string>> = { open: "+", reopen: "+", update: "~", refresh: "~", close: "-" };

/**
 * Formats the changes that would be made to findings, with the reason, one per line. If a finding was evaluated several
 * times, the last result is shown.
 */
export function planText({ changes }: Report): string {
  const last = new Map(changes.map((change) => [`${change.nodeId} ${change.kind ?? ""}`, change]));
  const planned = [...last.values()];
  const lines = planned
    .filter(({ action }) => action !== "unchanged")
    .map(({ nodeId, kind, action, reason }) => {
      const about = kind === undefined ? "" : " (blind spot)";
      return printable(`${SIGNS[action] ?? "?"} ${action.padEnd(7)} ${nodeId.padEnd(20)}${about} ${reason}`);
    });
  const counts = [...Object.keys(SIGNS), "unchanged"].flatMap((action) => {
    const count = planned.filter((change) => change.action === action).length;
    if (count === 0) return [];
    return [action === "unchanged" ? `${count} unchanged` : `${count} to ${action}`];
  });
  const summary = counts.length === 0 ? "no changes" : counts.join(", ");
  return [...lines, `Plan: ${summary}. Nothing was published.`].join("\n");
}
