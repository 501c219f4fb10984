import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { InputError, shown } from "./input-error.ts";
import { syntaxProblem } from "./json-syntax.ts";

/**
 * Reads the JSON value in a file. Drops members that are null, because the AWS CLI never prints them.
 *
 * @throws {InputError} if the file cannot be read, or is not JSON (with line and column)
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = decode(path, await readBytes(path));
  try {
    return await parse(path, text);
  } catch (cause) {
    // A reviver and the search for a syntax error recurse.
    if (cause instanceof RangeError) throw new InputError(`${path}: is nested too deeply to be read`, { cause });
    throw cause;
  }
}

async function parse(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text, withoutNulls);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    const { line, column, offset, problem } = await syntaxProblem(text);
    const found =
      offset >= text.length ? "the file ends too early" : `unexpected ${shown(text.slice(offset, offset + 20))}`;
    throw new InputError(`${path}: malformed JSON at ${line}:${column} (line:column): ${found}, ${problem}`, { cause });
  }
}

/** Reads the JSON value in a file like {@link readJsonFile}. Returns undefined if the file does not exist. */
export async function readOptionalJsonFile(path: string): Promise<unknown> {
  try {
    return await readJsonFile(path);
  } catch (error) {
    if (error instanceof InputError && isSystemError(error.cause) && error.cause.code === "ENOENT") return undefined;
    throw error;
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw new InputError(`${path}: ${readingProblem(cause)}`, { cause });
  }
}

/**
 * Reads a file's bytes.
 *
 * @throws {Error} from the file system, or if it is not a regular file: reading a pipe or a device may never end
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory()) throw new NotRegular(kindOf(found));
  return readFile(path);
}

class NotRegular extends Error {}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return "a pipe";
  return found.isSocket() ? "a socket" : "a device";
}

/** Returns the file system's error in words, to follow the file's name. */
export function readingProblem(error: unknown): string {
  if (error instanceof NotRegular) return `is ${error.message}; give a regular file`;
  const code = isSystemError(error) ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EISDIR") return "is a directory; give a file";
  if (code === "EACCES" || code === "EPERM") return "cannot be read: permission denied";
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}

/** Decodes UTF-8, or the UTF-16 that `aws ... > file` writes in Windows PowerShell, and drops a byte order mark. */
function decode(path: string, bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(`${path}: is not ${encoding.toUpperCase()} text; allowed: JSON in UTF-8`, { cause });
  }
}

function withoutNulls(this: unknown, _key: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}
