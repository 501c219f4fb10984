import { appendFile, mkdir, readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { describeFailure } from "../../functions/runtime/failure.ts";

export const JOURNAL_FILE = "capture-journal.ndjson";

const headerSchema = z.object({ region: z.string(), account: z.string() });
const entrySchema = z.object({ name: z.string(), value: z.json() });
const NEWLINE = 10;

/** What a value is after a way through JSON. */
export type Stored<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Stored<Value[Key]> }
    : Value;

/**
 * How far a capture has come: one line for everything that was read, so that what breaks off can go on. It holds the
 * account's data as it is, also where the fleet will be redacted, and is removed when the fleet is complete.
 */
export interface CaptureJournal {
  /** How many reads are done. */
  readonly size: number;
  has(name: string): boolean;
  /** What was read under this name, by this run or an earlier one; read and written down now where it was not. */
  once<Value>(name: string, read: () => Promise<Value>): Promise<Stored<Value>>;
  remove(): Promise<void>;
}

/** @throws where the directory holds anything but an unfinished capture: nothing is overwritten */
export async function requireFreeDirectory(directory: string): Promise<void> {
  const files = await existing(() => readdir(directory), []).catch((error: unknown) => {
    throw new Error(`${directory} is no directory that can be read (${describeFailure(error)}); give another --out`);
  });
  if (files.length === 0 || files.includes(JOURNAL_FILE)) return;
  const what = files.includes("describe-instance-information.json") ? "holds a fleet already" : "is not empty";
  throw new Error(`${directory} ${what}; give --out a directory that is empty, new, or of an unfinished capture`);
}

/** @throws where the directory holds an unfinished capture of something else, or cannot be written */
export async function openJournal(directory: string, region: string, account: string): Promise<CaptureJournal> {
  if (!/^\d{12}$/.test(account)) throw new Error(`AWS says that the account is ${JSON.stringify(account)}`);
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new Error(`${directory} cannot be made (${describeFailure(error)}); give another --out`);
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
    `${path} is of an unfinished capture of account ${found.account} in ${found.region}, not of ${wanted.account} in ` +
      `${wanted.region}; finish that one, or give another --out`,
  );
}

/** On the disk before the next read begins. */
function append(path: string, line: object): Promise<void> {
  return appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

/** A last line without its end was cut off while it was written: it is removed from the file, and does not count. */
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
  return new Error(`${path} was changed by something else and cannot be read; remove it to begin anew`);
}

async function existing<Value>(read: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}
