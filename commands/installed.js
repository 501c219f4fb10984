/**
 * Loaded before every command of package.json, by whatever Node.js is there: says in one line what to do if this one
 * cannot run the sources. JavaScript, as the Node.js of many machines does not load TypeScript.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** One that `npm ci --omit=dev` leaves out. */
const installed = existsSync(join(root, "node_modules", "commander"));

if (!installed) refuse(`the dependencies are not installed in ${root}; run npm ci first`);
if (!process.features.typescript) {
  refuse(
    `Node.js ${process.version} cannot run TypeScript files; run npm ci without --omit, which installs a Node.js that ` +
      "can, or use Node.js 24 or later",
  );
}

function refuse(problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}
