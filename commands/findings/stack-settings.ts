import { existsSync } from "node:fs";
import { RunError } from "@pulumi/pulumi";
import { InputError } from "../../command-line/input-error.ts";
import type { PatchException } from "../../contract/policies.ts";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { stackPolicies } from "../../infra/settings/stack-policies.ts";
import { readConfigFile } from "../../local/program/config-file.ts";

const DEFAULT_CONFIG = "Pulumi.dev.yaml";

/**
 * Reads the exceptions of a stack's settings file.
 *
 * @throws {InputError} if the file or a setting cannot be used
 * @example const exceptions = await exceptionsOf("Pulumi.dev.yaml");
 */
export async function exceptionsOf(config: string): Promise<readonly PatchException[]> {
  return ofSettings(config, (settings) => stackPolicies(settings).exceptions);
}

/**
 * Reads the tag that names the owner of a node from a stack's settings file.
 *
 * @param config default: Pulumi.dev.yaml, which npm start reads too, if it is there
 * @throws {InputError} if the file or a setting cannot be used
 * @example const tag = await ownerTagOf("Pulumi.prod.yaml"); // "Team"
 */
export async function ownerTagOf(config?: string): Promise<string | undefined> {
  if (config === undefined && !existsSync(DEFAULT_CONFIG)) return undefined;
  return ofSettings(config ?? DEFAULT_CONFIG, ({ ownerTag }) => ownerTag);
}

async function ofSettings<Part>(config: string, part: (settings: Settings) => Part): Promise<Part> {
  const given = await readConfigFile(config);
  try {
    return part(readSettings({ ...given }));
  } catch (error) {
    if (error instanceof RunError) throw new InputError(`${config}: ${error.message}`);
    throw error;
  }
}
