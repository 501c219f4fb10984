import { appendFile, mkdir, readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { describeFailure } from "../../functions/runtime/failure.ts";

export const JOURNAL_FILE = "capture-journal.ndjson";

const headerSchema = z.object({ region: z.string(), account: z.string() });
const entrySchema = z.object({ name: z.string(), value: z.json() });
const NEWLINE = 10;

/** The type of a value after it was written to JSON and read again. */
export type Stored<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Stored<Value[Key]> }
    : Value;

/**
 * Stores the finished reads of a capture, one per line, so that an interrupted capture can continue. The journal is never
 * redacted. The capture removes it when the fleet is complete.
 */
export interface CaptureJournal {
  /** Number of finished reads. */
  readonly size: number;
  has(name: string): boolean;
  /** Returns the stored value of a read. If there is none, reads and stores it first. */
  once<Value>(name: string, read: () => Promise<Value>): Promise<Stored<Value>>;
  remove(): Promise<void>;
}

/** Checks that a capture overwrites nothing. @throws {Error} if the directory holds anything but an unfinished capture */
export async function requireFreeDirectory(directory: string): Promise<void> {
  const files = await existing(() => readdir(directory), []).catch((error: unknown) => {
    throw new Error(`${directory} cannot be read as a directory (${describeFailure(error)}); give another --out`);
  });
  if (files.length === 0 || files.includes(JOURNAL_FILE)) return;
  const what = files.includes("describe-instance-information.json") ? "already holds a fleet" : "is not empty";
  throw new Error(`${directory} ${what}; give --out a new directory, an empty one, or one with an unfinished capture`);
}

/**
 * Opens the journal in a directory and creates both if needed.
 *
 * @throws {Error} if the journal belongs to another account or Region, or if the directory cannot be written
 */
export async function openJournal(directory: string, region: string, account: string): Promise<CaptureJournal> {
  if (!/^\d{12}$/.test(account))
    throw new Error(`GetCallerIdentity returned the account ${JSON.stringify(account)}; expected 12 digits`);
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new Error(`${directory} cannot be created (${describeFailure(error)}); give another --out`);
  });
  const path = join(directory, JOURNAL_FILE);
  const [header, ...rest] = await completeLines(path);
  if (header === undefined) await append(path, { region, account });
  else requireSame(path, headerSchema.safeParse(header).data, { region, account });
  const values = new Map<string, unknown>();
  for (const line of rest) {
    const entry = entrySchema.safeParse(line);
    if (!entry.success) throw damaged(path);
    values.set(entry.data.name, entry.data.value);
  }
  return {
    get size() {
      return values.size;
    },
    has: (name) => values.has(name),
    once: async <Value>(name: string, read: () => Promise<Value>) => {
      if (!values.has(name)) {
        const value: unknown = JSON.parse(JSON.stringify(await read()));
        await append(path, { name, value });
        values.set(name, value);
      }
      return values.get(name) as Stored<Value>;
    },
    remove: () => rm(path),
  };
}

function requireSame(
  path: string,
  found: z.output<typeof headerSchema> | undefined,
  wanted: z.output<typeof headerSchema>,
): void {
  if (found === undefined) throw damaged(path);
  if (found.region === wanted.region && found.account === wanted.account) return;
  throw new Error(
    `${path} belongs to an unfinished capture of account ${found.account} in ${found.region}, not of ${wanted.account} in ` +
      `${wanted.region}; finish that capture, or give another --out`,
  );
}

/** Appends a line and waits until it is on the disk. */
function append(path: string, line: object): Promise<void> {
  return appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

/** Reads the complete lines. Removes an incomplete last line, which an interrupted write left behind. */
async function completeLines(path: string): Promise<unknown[]> {
  const bytes = await existing(() => readFile(path), Buffer.alloc(0));
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end < bytes.length) await truncate(path, end);
  const lines: unknown[] = [];
  for (let start = 0; start < end;) {
    const stop = bytes.indexOf(NEWLINE, start);
    try {
      lines.push(JSON.parse(bytes.toString("utf8", start, stop)));
    } catch {
      throw damaged(path);
    }
    start = stop + 1;
  }
  return lines;
}

function damaged(path: string): Error {
  return new Error(`${path} is damaged and cannot be read; remove it to start again`);
}

async function existing<Value>(read: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}
