import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionName } from "../../contract/environment.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** The folder of the Lambda bundles: `<name>.cjs`, each exporting `handler`. */
export const BUNDLE_DIRECTORY = join(ROOT, "dist", "functions");

/** The Lambda functions. Each has an entry file in functions/. */
export const FUNCTION_NAMES = [
  "dispatch",
  "resolve-window",
  "gather",
  "evaluate",
  "choose-severity",
  "publish",
  "redrive",
  "sweep",
] as const satisfies readonly FunctionName[];

/**
 * Bundles every Lambda function. The same source gives the same bytes, so Pulumi deploys only functions that changed.
 * The output is CommonJS, which loads faster on Lambda. The input is the SDK's ES modules, which give smaller bundles.
 *
 * @throws {pulumi.RunError} if the folder is not writable
 */
export async function buildBundles(): Promise<void> {
  const { outputFiles } = await build({
    write: false,
    absWorkingDir: ROOT,
    entryPoints: FUNCTION_NAMES.map((name) => join("functions", `${name}.ts`)),
    outdir: BUNDLE_DIRECTORY,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  try {
    await mkdir(BUNDLE_DIRECTORY, { recursive: true });
    await Promise.all(outputFiles.map(({ path, contents }) => replaceFile(path, contents)));
  } catch (error) {
    // Pulumi and the embedded run show a RunError without its stack.
    throw new pulumi.RunError(
      `the Lambda bundles cannot be written to ${BUNDLE_DIRECTORY}: ${error instanceof Error ? error.message : ""}; ` +
        "make this directory writable, or copy the checkout to a directory that is",
    );
  }
}

/** Replaces a file atomically, because another run may read it at the same time. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, contents);
  await rename(written, path);
}
