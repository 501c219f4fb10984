import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "./input-error.ts";

/**
 * Checks that a file can be written, before work starts whose result would otherwise be lost.
 *
 * @param what names the content for the message, such as "the report"
 * @throws {InputError} if the file is a directory, a pipe or a socket, or if its directory is missing or read-only
 * @example await requireWritable("dist/report.json", "the report");
 */
export async function requireWritable(file: string, what: string): Promise<void> {
  const refuse = (problem: string): never => {
    throw new InputError(`${file}: ${what} cannot be written: ${problem}`);
  };
  if (file.trim() === "") throw new InputError(`${what} cannot be written: no file name is given`);
  const existing = await found(file);
  if (existing?.isDirectory() === true) refuse("it is a directory; give a file's name");
  if (existing?.isFIFO() === true || existing?.isSocket() === true)
    refuse("it is a pipe or a socket; give a file's name");
  const directory = dirname(file);
  const parent = await found(directory);
  if (parent === undefined) refuse(`the directory ${directory} does not exist; create it or give another file`);
  if (parent?.isDirectory() === false) refuse(`${directory} is not a directory; give another file`);
  await access(existing === undefined ? directory : file, constants.W_OK).catch((error: unknown) => {
    refuse(`${codeOf(error) === "EROFS" ? "the file system is read-only" : "permission denied"}; give another file`);
  });
}

/**
 * Writes the result of a command.
 *
 * @param what names the content for the message, such as "the report"
 * @throws {InputError} if the file cannot be written
 * @example await writeResult("dist/report.html", html, "the report");
 */
export async function writeResult(file: string, text: string, what: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new InputError(
      `${file}: ${what} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Returns the file's status, or undefined if it does not exist. A path below a regular file (ENOTDIR) does not exist. */
async function found(path: string) {
  return stat(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
