/**
 * Turns on the hooks in .githooks/ after `npm ci` (`prepare` in package.json). Does nothing outside a Git checkout of
 * this project, in CI, or if hooks are configured already. This file is JavaScript because any Node.js version may run it.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args) => spawnSync("git", args, { cwd: root, stdio: "ignore" }).status;

/** `.git` is a directory, or a file in a worktree. Without it, a parent directory's repository would get the hooks. */
const checkout = existsSync(new URL("../.git", import.meta.url));
/** Exit code of `git config` for a key that is not set. */
const NOT_SET = 1;

if (checkout && !process.env.CI && git("config", "core.hooksPath") === NOT_SET) {
  git("config", "core.hooksPath", ".githooks");
}
