/** The folder of a function's files, such as Lambda's /var/task. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FunctionSettings } from "./function-settings.ts";

export interface FunctionFolder {
  readonly path: string;
  /** Removes the folder if it is a copy. */
  remove(): void;
}

/**
 * Returns the folder that has all files of a function's archive. A bundle alone stays where it is. If the archive has
 * more files, they are copied to a folder of this function, so that functions with other files do not see them.
 *
 * @throws {Error} if a file cannot be copied
 */
export function functionFolder({ bundle, files }: Pick<FunctionSettings, "bundle" | "files">): FunctionFolder {
  const entries = Object.entries(files);
  if (entries.length === 1) return { path: dirname(bundle), remove: () => undefined };
  const path = mkdtempSync(join(tmpdir(), "patch-findings-function-"));
  for (const [name, file] of entries) {
    const target = join(path, name);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
