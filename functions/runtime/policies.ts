import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_POLICIES, POLICIES_FILE, type Policies } from "../../contract/policies.ts";
import { parsePolicies } from "../../contract/policy-file.ts";

/** The folder of the bundle, which is CommonJS. The sources are ES modules and have no such folder. */
const BUNDLE_FOLDER = typeof __dirname === "undefined" ? undefined : __dirname;

/**
 * Reads the policies beside the bundle. Without the file, the default policies apply.
 *
 * @throws {Error} if the file cannot be read, or is malformed: such a deployment cannot work
 * @example
 * const { severityRules } = readPolicies();
 */
export function readPolicies(folder = BUNDLE_FOLDER): Policies {
  if (folder === undefined) return DEFAULT_POLICIES;
  try {
    return parsePolicies(readFileSync(join(folder, POLICIES_FILE), "utf8"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") return DEFAULT_POLICIES;
    throw new Error(`${POLICIES_FILE}: ${error.message}`, { cause: error });
  }
}
