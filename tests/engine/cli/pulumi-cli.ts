/**
 * The Pulumi CLI of the engine tests: `PULUMI_CLI`, the `pulumi` on PATH, or one built from the Go module proxy and
 * kept outside the checkout.
 */
import { execFile } from "node:child_process";
import { access, constants, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const VERSION = "v3.274.1";
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const LDFLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`;
const OLDEST_GO = [1, 26, 6] as const;
const DOWNLOAD_LIMIT_MS = 10 * 60_000;
const BUILD_LIMIT_MS = 60 * 60_000;

/** A problem that the reader can fix. Its message is one line. */
export class NoCli extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the path of the CLI, or undefined if it must be built. */
export async function findCli(environment: Environment = process.env): Promise<string | undefined> {
  const named = environment["PULUMI_CLI"];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new NoCli(`PULUMI_CLI names ${named}, which is not an executable file`);
  }
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const file of [...folders.map((folder) => join(folder, "pulumi")), cachedCli(environment)]) {
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Throws one line that says what is missing if there is no Go that can build the CLI. */
export async function requireGo(environment: Environment = process.env): Promise<void> {
  const wanted = `Go ${OLDEST_GO.join(".")} or later, which builds it, or pulumi`;
  const version = await go(["env", "GOVERSION"], { environment, directory: tmpdir(), limitMs: 60_000 }).catch(() => "");
  const found = /^go(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(version)
    ?.slice(1)
    .map((part) => Number(part || 0));
  if (found === undefined) throw new NoCli(`the Pulumi CLI is not on PATH: install ${wanted}`);
  const difference = OLDEST_GO.map((part, place) => (found[place] ?? 0) - part).find((each) => each !== 0) ?? 0;
  if (difference < 0)
    throw new NoCli(`the Pulumi CLI is not on PATH, and ${version.trim()} is too old: install ${wanted}`);
}

/**
 * Builds the CLI, about 6 minutes of CPU time and 2 GB of memory, and returns its path. Two builds at once are harmless:
 * the file appears with its whole content.
 */
export async function buildCli(environment: Environment = process.env): Promise<string> {
  await requireGo(environment);
  const cached = cachedCli(environment);
  const folder = join(cached, "..");
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, "build-"));
  try {
    const modules = ["go.mod", "go.sum"];
    await Promise.all(modules.map((file) => cp(join(import.meta.dirname, file), join(work, file))));
    const call = { environment, directory: work };
    await go(["list", "-deps", PACKAGE], { ...call, limitMs: DOWNLOAD_LIMIT_MS }).catch(downloadFailed);
    const built = join(work, "pulumi");
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", LDFLAGS, "-o", built];
    await go(["build", ...flags, PACKAGE], { ...call, limitMs: BUILD_LIMIT_MS }).catch(buildFailed);
    await rename(built, cached);
    return cached;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function cachedCli(environment: Environment): string {
  const cache = environment["XDG_CACHE_HOME"] || join(environment["HOME"] || homedir(), ".cache");
  return join(cache, "patch-manager-findings", `pulumi-${VERSION.slice(1)}`, "pulumi");
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

interface GoCall {
  readonly environment: Environment;
  readonly directory: string;
  readonly limitMs: number;
}

/** Runs Go and returns what it prints. Its settings come from here, not from the user's GOFLAGS or workspace. */
function go(args: readonly string[], { environment, directory, limitMs }: GoCall): Promise<string> {
  const env = { ...environment, GOFLAGS: "-mod=readonly", GOWORK: "off", GOTOOLCHAIN: "local" };
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, env, timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 2 ** 26 } as const;
    execFile("go", args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(error.killed ? `no result in ${limitMs / 60_000} minutes` : stderr, { cause: error }));
    });
  });
}

/** The line that says why: Go prints its downloads before it. */
function reason(error: unknown): string {
  const lines = error instanceof Error ? error.message.split("\n") : [];
  return lines.findLast((line) => line !== "" && !line.startsWith("go: downloading")) ?? "unknown";
}

function downloadFailed(error: unknown): never {
  throw new NoCli(`the Go module proxy did not give the modules of the Pulumi CLI: ${reason(error).trim()}`, {
    cause: error,
  });
}

function buildFailed(error: unknown): never {
  throw new NoCli(`the Pulumi CLI does not build: ${reason(error).trim()}`, { cause: error });
}
