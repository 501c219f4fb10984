/**
 * Turns on the hooks in .githooks/ after `npm ci` (`prepare` in package.json). Does nothing outside a Git checkout of
 * this project, in CI, or where hooks are configured already. JavaScript, as any Node.js runs it during installation.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args) => spawnSync("git", args, { cwd: root, stdio: "ignore" }).status;

/** A directory, or in a worktree a file. A parent directory's repository has hooks of its own. */
const checkout = existsSync(new URL("../.git", import.meta.url));
const NOT_SET = 1;

if (checkout && !process.env.CI && git("config", "core.hooksPath") === NOT_SET) {
  git("config", "core.hooksPath", ".githooks");
}
