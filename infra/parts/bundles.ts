import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionName } from "../../contract/environment.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where the bundles of the Lambda functions lie: `<name>.cjs`, each exporting `handler`. */
export const BUNDLE_DIRECTORY = join(ROOT, "dist", "functions");

/** The Lambda functions; each has its entry file in functions/. */
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
 * Bundles every Lambda function from its source. The same source gives the same bytes, so that an unchanged function
 * is not deployed again. CommonJS loads faster than ES modules on Lambda, and the ES sources of the SDK shrink better.
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
    // Pulumi and the embedded run show the message of a RunError without a stack.
    throw new pulumi.RunError(
      `the Lambda bundles cannot be written to ${BUNDLE_DIRECTORY}: ${error instanceof Error ? error.message : ""}; ` +
        "make this directory writable, or work in a copy of the checkout that is",
    );
  }
}

/** Whole or not at all: another run may read the bundle at this moment. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, contents);
  await rename(written, path);
}
