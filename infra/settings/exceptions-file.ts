import * as pulumi from "@pulumi/pulumi";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { POLICY_BOUNDS } from "../../contract/policies.ts";

const PROJECT = join(import.meta.dirname, "..", "..");
/** JSON in a file may have spaces. */
const MOST_BYTES = 2 * POLICY_BOUNDS.bytes;

/**
 * Returns the value of the setting `exceptions`: if it is a path, the content of that JSON file.
 *
 * @throws {pulumi.RunError} if the file cannot be read, or is not JSON
 */
export function exceptionsValue(given: unknown, setting: string): unknown {
  if (typeof given !== "string") return given;
  const refuse = (problem: string): never => {
    const path = JSON.stringify(given.slice(0, 100));
    throw new pulumi.RunError(
      `setting ${setting} is ${path}: must be a list, or the path of a JSON file with one: ${problem}`,
    );
  };
  const text = contentOf(resolve(PROJECT, given), refuse);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return refuse("the file is not JSON");
  }
}

function contentOf(path: string, refuse: (problem: string) => never): string {
  try {
    const found = statSync(path);
    // Reading a pipe or a device may never end.
    if (!found.isFile()) return refuse("this is not a regular file");
    if (found.size > MOST_BYTES) return refuse(`the file has more than ${MOST_BYTES} bytes`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    const isMissing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    return refuse(isMissing ? "there is no such file" : "the file cannot be read");
  }
}
