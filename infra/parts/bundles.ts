import * as pulumi from "@pulumi/pulumi";
import { build, type BuildOptions, type Message, type OutputFile } from "esbuild";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionName } from "../../contract/environment.ts";
import { replaceFile } from "./replace-file.ts";
import { environmentCredentials, packageVersions, plainKeys, resourceDetails } from "./smaller-sdk.ts";

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

/** How esbuild bundles code for Lambda. The output is CommonJS, which loads faster there. */
export const BUNDLE_OPTIONS = {
  absWorkingDir: ROOT,
  write: false,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // The SDK's ES modules give smaller bundles.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  // The messages are in the result. esbuild would print them once more.
  logLevel: "silent",
  plugins: [environmentCredentials, resourceDetails, plainKeys, packageVersions],
  // The SDK imports this package for operations that stream events. The program uses none.
  external: ["@smithy/core/event-streams"],
} as const satisfies BuildOptions;

/** The entry file of each function, relative to the root of the project. */
export const ENTRY_POINTS = FUNCTION_NAMES.map((name) => join("functions", `${name}.ts`));

/**
 * Bundles every Lambda function. The same source gives the same bytes, so Pulumi deploys only functions that changed.
 *
 * @throws {pulumi.RunError} if a source cannot be bundled, or if the folder is not writable
 */
export async function buildBundles(): Promise<void> {
  const outputFiles = await bundled();
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

async function bundled(): Promise<OutputFile[]> {
  try {
    const options = { ...BUNDLE_OPTIONS, entryPoints: ENTRY_POINTS, outdir: BUNDLE_DIRECTORY } as const;
    const { outputFiles, warnings } = await build(options);
    for (const warning of warnings) console.warn(`warning: ${lineOf(warning)}`);
    return outputFiles;
  } catch (error) {
    if (!(error instanceof Error && "errors" in error)) throw error;
    const problems = (error.errors as readonly Message[]).map(lineOf).toSorted();
    throw new pulumi.RunError(`the Lambda bundles cannot be built: ${problems.join("; ")}`);
  }
}

/** Returns a message of esbuild with its file, line and column, of which the first is 1. */
function lineOf({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}
