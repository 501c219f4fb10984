/** A private PULUMI_HOME with the language host and the stand-in AWS provider as plugins. */
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ENGINE = join(import.meta.dirname, "..");
const END_WITH_ENGINE = pathToFileURL(join(ENGINE, "host", "end-with-engine.ts")).href;

/** Version of @pulumi/aws, which asks for the provider plugin of the same version. */
const AWS = "v7.48.0";

/** Installs the plugins below `home`. */
export async function installPlugins(home: string): Promise<void> {
  await launcher(join(home, "plugins", "language-nodejs-v3.274.1"), "pulumi-language-nodejs", [
    join(ENGINE, "host", "language-host.ts"),
  ]);
  await launcher(join(home, "plugins", `resource-aws-${AWS}`), "pulumi-resource-aws", [
    join(ENGINE, "provider", "main.ts"),
  ]);
}

/** Makes a folder in which `node` is the given Node.js. */
export async function installNode(folder: string, node: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await symlink(node, join(folder, "node"));
}

/** Plugins run on the Node.js of the tests, whatever the program runs on. */
async function launcher(folder: string, name: string, args: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const flags = ["--disable-warning=ExperimentalWarning", `--import=${END_WITH_ENGINE}`];
  const words = [process.execPath, ...flags, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  await chmod(file, 0o755);
}
