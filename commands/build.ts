import { BUNDLE_DIRECTORY, buildBundles, FUNCTION_NAMES } from "../infra/bundles.ts";

await buildBundles();
console.log(`built ${FUNCTION_NAMES.map((name) => `${name}.cjs`).join(", ")} in ${BUNDLE_DIRECTORY}`);
