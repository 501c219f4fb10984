import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "./input-error.ts";

/**
 * Makes sure that a file can be written later, before work begins that would be lost otherwise.
 * @param what names what is to be written, such as "the report"
 * @throws {InputError} its directory does not exist or may not be written to, or it is a directory itself
 */
export async function requireWritable(file: string, what: string): Promise<void> {
  const refuse = (problem: string): never => {
    throw new InputError(`${file}: ${what} cannot be written: ${problem}`);
  };
  if (file.trim() === "") throw new InputError(`${what} cannot be written: no file name is given`);
  const there = await found(file);
  if (there?.isDirectory() === true) refuse("it is a directory; give a file's name");
  if (there?.isFIFO() === true || there?.isSocket() === true) refuse("it is a pipe or a socket; give a file's name");
  const directory = dirname(file);
  const around = await found(directory);
  if (around === undefined) refuse(`the directory ${directory} does not exist; create it or give another file`);
  if (around?.isDirectory() === false) refuse(`${directory} is not a directory; give another file`);
  await access(there === undefined ? directory : file, constants.W_OK).catch((error: unknown) => {
    refuse(`${codeOf(error) === "EROFS" ? "the file system is read-only" : "permission denied"}; give another file`);
  });
}

/** A file below another file is as little there as one below no directory. */
async function found(path: string) {
  return stat(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
