import { counted } from "../../contract/counted.ts";
import type { PatchException } from "../../contract/policies.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { lastDayInWords, utcTime } from "../times/times.ts";
import { exceptionUses, type ExceptionUse } from "../findings/exception-use.ts";
import { findingView } from "../findings/finding-view.ts";
import { textAt } from "../findings/finding-fields.ts";
import { shortened } from "../findings/text.ts";
import type { Build, ReportElement } from "./document.ts";
import { nodeName } from "./node-names.ts";
import { simpleTable } from "./simple-table.ts";

/** A page is read by people. `npm run findings -- exceptions` and the CSV file have all. */
const MAX_LISTED = 10;
const MAX_TEXT_LENGTH = 120;

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
  return [
    build(
      "section",
      { id: "exceptions" },
      build("h2", {}, "Exceptions"),
      ...(uses.length > 0 ? [usesTable(build, uses)] : []),
      ...(accepted.length > 0 ? [acceptedTable(build, accepted)] : []),
    ),
  ];
}

function usesTable(build: Build, uses: readonly ExceptionUse[]): ReportElement {
  const more = uses.length - MAX_LISTED;
  const rows = uses
    .slice(0, MAX_LISTED)
    .map(({ state, nodes, until, daysLeft, owner, covers, reason, ticket = "" }) => [
      ...[short(covers), state, String(nodes), utcTime(until), String(daysLeft)],
      ...[short(owner), short(reason), short(ticket)],
    ]);
  const heads = ["Covers", "State", "Nodes", "Until", "Days left", "Owner", "Reason", "Ticket"];
  const note = more > 0 && `${counted(more, "more exception")} not shown.`;
  return simpleTable(build, { caption: "Exceptions of the settings", heads, note }, rows);
}

function acceptedTable(build: Build, accepted: readonly string[][]): ReportElement {
  const more = accepted.length - MAX_LISTED;
  const heads = ["Node", "Accepted", "First exception ends", "Accepted patches"];
  const note = more > 0 && `${counted(more, "more node")} with accepted patches not shown.`;
  return simpleTable(build, { caption: "Accepted patches", heads, note }, accepted.slice(0, MAX_LISTED));
}

function short(text: string): string {
  return shortened(text, MAX_TEXT_LENGTH);
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
  return [nodeName(view), share, lastDayInWords(field("acceptedUntil") ?? ""), short(field("acceptedPatches") ?? "")];
}
