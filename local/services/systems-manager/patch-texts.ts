/** Reads the results of patch operations that Systems Manager stores as text: an association's row, and inventory. */
import type { ComplianceItem, InventoryEntries } from "../../fleet/fleet.ts";
import { parseIfJson } from "../../../command-line/json-syntax.ts";

export type Texts = Readonly<Record<string, string>>;

/**
 * Returns a row's DetailedText. It is empty if the text is not a JSON object of strings, because a fleet's data may be
 * malformed.
 */
export function detailedText({ Details }: Pick<ComplianceItem, "Details">): Texts {
  const parsed = parseIfJson(Details?.["DetailedText"] ?? "{}");
  const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Returns the entry of the inventory type AWS:PatchSummary. */
export function summaryEntry(types: ReadonlyMap<string, InventoryEntries>): Texts | undefined {
  return types.get("AWS:PatchSummary")?.Entries[0];
}
