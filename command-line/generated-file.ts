import { readFile, writeFile } from "node:fs/promises";
import { requireWritable } from "./writable-file.ts";

/** A file in the repository that a command writes from other files. The texts are for messages. */
export interface GeneratedFile {
  readonly path: string;
  /** Such as "the page". */
  readonly noun: string;
  /** The files that it is written from. */
  readonly source: string;
  /** Such as "run npm run settings to write it again". */
  readonly remedy: string;
  /** Such as "wrote docs/settings.md". */
  readonly done: string;
  readonly content: () => string | Promise<string>;
}

/**
 * Writes the file, or only checks it. Says what it did or found.
 *
 * @returns the exit code: 1 if a check finds the file out of date
 * @throws {InputError} if the file cannot be written
 * @example process.exitCode = await writeOrCheck(page, true);
 */
export async function writeOrCheck(file: GeneratedFile, check: boolean): Promise<number> {
  if (!check) {
    await requireWritable(file.path, file.noun);
    await writeFile(file.path, await file.content());
    console.log(file.done);
    return 0;
  }
  const trouble = await troubleOf(file);
  console.log(trouble ?? `${file.path} is up to date`);
  return trouble === undefined ? 0 : 1;
}

/**
 * Returns one line that says why a file is out of date, or undefined if it is up to date.
 *
 * @example await troubleOf(page); // "docs/settings.md does not exist; run npm run settings to write it again"
 */
export async function troubleOf({
  path,
  source,
  remedy,
  content,
}: Omit<GeneratedFile, "noun" | "done">): Promise<string | undefined> {
  const wanted = await content();
  const stored = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stored === wanted) return undefined;
  return `${path} ${stored === undefined ? "does not exist" : `does not match ${source}`}; ${remedy}`;
}
