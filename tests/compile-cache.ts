/**
 * Keeps compiled sources between the processes of the suite: its workers, and the commands that tests start. Mocha loads
 * this file in each worker.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dirname, "..", "node_modules", ".cache", "compile");

enableCompileCache(DIRECTORY);
process.env["NODE_COMPILE_CACHE"] = DIRECTORY;

/** For processes that get their own environment. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: DIRECTORY } as const;
