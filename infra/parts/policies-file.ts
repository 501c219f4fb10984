import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FunctionName } from "../../contract/environment.ts";
import { DEFAULT_POLICIES, POLICIES_FILE, type Policies } from "../../contract/policies.ts";
import { replaceFile } from "./replace-file.ts";

/** The folder of the policy files. Each has a folder of its own, named by its content. */
const POLICIES_DIRECTORY = join(import.meta.dirname, "..", "..", "dist", "policies");

/** The functions that apply policies. The others deploy without them, so that a change of policy leaves them alone. */
const READERS: readonly FunctionName[] = ["gather", "choose-severity", "publish", "sweep"];

/**
 * Writes the policies to a file. Equal policies give the same file, so Pulumi deploys only what changed.
 *
 * @returns the path of the file; undefined for the default policies, which need no file
 * @throws {pulumi.RunError} if the folder is not writable
 * @example
 * const policiesFile = await writePolicies(stackPolicies(settings));
 */
export async function writePolicies(policies: Policies): Promise<string | undefined> {
  if (isDeepStrictEqual(policies, DEFAULT_POLICIES)) return undefined;
  const text = JSON.stringify(policies);
  const folder = join(POLICIES_DIRECTORY, createHash("sha256").update(text).digest("hex").slice(0, 16));
  const path = join(folder, POLICIES_FILE);
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(path, text);
    return path;
  } catch (error) {
    throw new pulumi.RunError(
      `the policies cannot be written to ${POLICIES_DIRECTORY}: ${error instanceof Error ? error.message : ""}; ` +
        "make this directory writable, or copy the checkout to a directory that is",
    );
  }
}

/** Returns the files that a function needs beside its bundle, by name. */
export function policyAssets(
  entry: FunctionName,
  policiesFile: string | undefined,
): Readonly<Record<string, pulumi.asset.Asset>> {
  if (policiesFile === undefined || !READERS.includes(entry)) return {};
  return { [POLICIES_FILE]: new pulumi.asset.FileAsset(policiesFile) };
}
