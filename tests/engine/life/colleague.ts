/** What differs between the machines of two colleagues. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** The oldest Node.js that runs the program (infra/node-version.js). */
const OLDEST = [22, 18] as const;

/** Makes a folder node_modules as `npm ci --omit=dev` leaves it: without the packages that only development needs. */
export async function productionModules(folder: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const needed = Object.entries(lock.packages)
    .filter(([path, { dev = false }]) => !dev && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path.slice("node_modules/".length));
  for (const name of needed) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    // A link to an optional package of another platform leads nowhere, which is harmless.
    await symlink(join(ROOT, "node_modules", name), path);
  }
  return folder;
}

/** Returns another version of Node.js on the PATH that runs the program, or else the one that runs the tests. */
export function anotherNode(): string {
  const found = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return found.find((node) => isAnother(versionOf(node))) ?? process.execPath;
}

function isAnother(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return version !== process.version && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
}

function versionOf(node: string): string {
  try {
    return execFileSync(node, ["--version"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}
