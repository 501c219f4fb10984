import { counted } from "../../contract/counted.ts";
import type { PatchException } from "../../contract/policies.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { exceptionUses } from "../findings/exception-use.ts";
import { findingView } from "../findings/finding-view.ts";
import { textAt } from "../findings/finding-fields.ts";
import type { Build, ReportElement } from "./document.ts";
import { simpleTable } from "./simple-table.ts";

/** Browsers show longer tables slowly. */
const MAX_LISTED = 1_000;

/**
 * Returns the section about accepted patches; nothing if there are none.
 *
 * @param exceptions those of the stack's settings, if they are known. Expired and unused ones are then shown too
 */
export function exceptionsSection(
  build: Build,
  findings: readonly unknown[],
  exceptions: readonly PatchException[] | undefined,
  now: Date,
): ReportElement[] {
  const accepted = findings.flatMap((finding) => toList(acceptedRow(finding)));
  const uses = exceptions === undefined ? [] : exceptionUses(exceptions, findings, now);
  if (accepted.length === 0 && uses.length === 0) return [];
  const rows = uses.map(({ state, nodes, until, daysLeft, owner, covers, reason, ticket = "" }) => [
    ...[state, String(nodes), until, String(daysLeft)],
    ...[owner, covers, reason, ticket],
  ]);
  const heads = ["State", "Nodes", "Until", "Days left", "Owner", "Covers", "Reason", "Ticket"];
  const acceptedHeads = ["Node", "Accepted", "First exception ends", "Accepted patches"];
  const more = accepted.length - MAX_LISTED;
  return [
    build("h2", {}, "Exceptions"),
    ...(rows.length > 0 ? [simpleTable(build, "Exceptions of the settings", heads, rows)] : []),
    ...(accepted.length > 0
      ? [simpleTable(build, "Accepted patches", acceptedHeads, accepted.slice(0, MAX_LISTED))]
      : []),
    ...(more > 0 ? [build("p", {}, `${counted(more, "more node")} with accepted patches not shown.`)] : []),
  ];
}

function toList(row: string[] | undefined): string[][] {
  return row === undefined ? [] : [row];
}

/** Returns what exceptions accept of a finding; undefined if nothing, or if it is closed. */
function acceptedRow(finding: unknown): string[] | undefined {
  const field = (name: "accepted" | "acceptedUntil" | "acceptedPatches") =>
    textAt(finding, "ProductFields", PRODUCT_FIELDS[name]);
  const accepted = field("accepted");
  const view = findingView(finding);
  if (accepted === undefined || view === undefined || view.kind === "other" || view.recordState === "ARCHIVED") {
    return undefined;
  }
  const share = accepted === "all" ? "all patches" : "some patches";
  return [view.nodeId, share, field("acceptedUntil") ?? "", field("acceptedPatches") ?? ""];
}
