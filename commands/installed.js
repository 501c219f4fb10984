/**
 * Runs before every command in package.json. If this Node.js cannot run the sources, prints one line that says what to
 * do, and exits with code 2. This file is JavaScript because older Node.js versions do not load TypeScript.
 */
import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Checks a package that `npm ci --omit=dev` does not install. */
const installed = existsSync(join(root, "node_modules", "commander"));

if (!installed) refuse(`the dependencies are not installed in ${root}; run npm ci first`);
if (!process.features.typescript) {
  refuse(
    `Node.js ${process.version} cannot run TypeScript files; run npm ci without --omit, which installs a Node.js that ` +
      "can, or use Node.js 24 or later",
  );
}

// Node.js keeps the compiled sources, so that the next command starts faster. Older versions do not know this.
module.enableCompileCache?.(join(root, "node_modules", ".cache", "compile"));

function refuse(problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}
