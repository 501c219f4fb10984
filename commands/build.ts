import * as pulumi from "@pulumi/pulumi";
import { BUNDLE_DIRECTORY, buildBundles, FUNCTION_NAMES } from "../infra/parts/bundles.ts";
import { exitCodeOrRefusal, InputError } from "../command-line/input-error.ts";
import { strictCommand } from "./account/command.ts";

strictCommand("build", `Writes the bundles of the Lambda functions to dist/functions.`, [""]).parse();

process.exitCode = await exitCodeOrRefusal(async () => {
  await buildBundles().catch((error: unknown) => {
    throw pulumi.RunError.isInstance(error) ? new InputError(error.message) : error;
  });
  console.log(`built ${FUNCTION_NAMES.map((name) => `${name}.cjs`).join(", ")} in ${BUNDLE_DIRECTORY}`);
  return 0;
});
