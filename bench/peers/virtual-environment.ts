/** Installs a Python tool outside the checkout, in the versions of its requirements file. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { InputError } from "../../command-line/input-error.ts";

const run = promisify(execFile);

const cacheDirectory = (): string =>
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "patch-manager-findings", "peers");

/**
 * Returns the `bin` directory of a virtual environment with the packages of a requirements file. Installs them if they
 * are not installed yet. pip uses its own settings, and checks the hashes.
 *
 * @param name such as `custodian`, for requirements-custodian.txt
 * @throws {InputError} if Python or a package cannot be used
 * @example const bin = await virtualEnvironment("custodian", "python3");
 */
export async function virtualEnvironment(name: string, python: string): Promise<string> {
  const requirements = join(import.meta.dirname, `requirements-${name}.txt`);
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const directory = join(cacheDirectory(), name);
  const bin = join(directory, "bin");
  const marker = join(directory, "installed");
  if ((await readFile(marker, "utf8").catch(() => "")) === digest) return bin;
  console.error(`installing ${name} in ${directory} (first run, takes minutes)`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    await run(python, ["-m", "venv", directory]);
    await run(join(bin, "pip"), ["install", "--quiet", "--require-hashes", "--requirement", requirements]);
  } catch (error) {
    const { stderr } = error as { stderr?: unknown };
    const reason = typeof stderr === "string" ? stderr.trim().split("\n").slice(-3).join(" ") : String(error);
    throw new InputError(`${requirements}: cannot be installed with ${python}: ${reason}`, { cause: error });
  }
  await writeFile(marker, digest);
  return bin;
}
