/** The operations on the account in their order, one JSON text per line. */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountEntry } from "./account-entry.ts";

export interface JournalEntry extends Pick<
  AccountEntry,
  "type" | "logicalName" | "urn" | "account" | "region" | "id" | "key"
> {
  readonly operation: "create" | "update" | "delete";
  /** The resource's settings after the operation; before it if it is deleted. */
  readonly inputs: AccountEntry["inputs"];
  readonly computed: AccountEntry["computed"];
  /** Inputs that an update changed. */
  readonly changed?: readonly string[];
  /** ISO 8601. */
  readonly time: string;
}

const FILE = "journal.jsonl";

/** Appends one operation. One short write, so that processes do not mix their lines. */
export function record(folder: string, entry: Omit<JournalEntry, "time">): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, FILE), `${JSON.stringify({ ...entry, time: new Date().toISOString() })}\n`);
}

/** Returns the operations so far, in their order. */
export function readJournal(folder: string): JournalEntry[] {
  try {
    const lines = readFileSync(join(folder, FILE), "utf8").trimEnd().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JournalEntry);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The account after one operation. */
export interface Moment {
  readonly operation: JournalEntry;
  /** The resources that exist then. */
  readonly resources: readonly JournalEntry[];
}

/**
 * Replays a journal, for rules that hold at no time or at all times.
 *
 * @example for (const { resources } of moments(readJournal(folder))) expect(unencrypted(resources)).to.deep.equal([]);
 */
export function* moments(journal: readonly JournalEntry[]): Generator<Moment> {
  const resources = new Map<string, JournalEntry>();
  for (const operation of journal) {
    const { type, account, region, key } = operation;
    const place = [type, account, region, key].join(" ");
    if (operation.operation === "delete") resources.delete(place);
    else resources.set(place, operation);
    yield { operation, resources: [...resources.values()] };
  }
}
