/** How the tests find and build their Pulumi CLI, with stand-ins for Go. */
import { expect } from "chai";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCli, findCli, NoCli, requireGo } from "./pulumi-cli.ts";

/** Answers `go env` with a version. `go list` and `go build` run the given lines. */
const goScript = (version: string, list: string, build = "") => `#!/bin/sh
case "$1" in
  env) echo ${version} ;;
  list) ${list} ;;
  build) shift; while [ "$1" != -o ]; do shift; done; ${build}
    printf '#!/bin/sh\\necho built\\n' > "$2"; chmod +x "$2" ;;
esac
`;

const CACHED = join("patch-manager-findings", "pulumi-3.274.1");

describe("the Pulumi CLI of the engine tests", () => {
  let folder = "";
  let environment: Record<string, string>;
  const script = async (name: string, text: string): Promise<string> => {
    const file = join(folder, "bin", name);
    await writeFile(file, text);
    await chmod(file, 0o755);
    return file;
  };
  const problem = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "",
      (error: unknown) => (error instanceof NoCli ? error.message : `unexpected: ${String(error)}`),
    );
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-cli-"));
    await mkdir(join(folder, "bin"));
    environment = { PATH: join(folder, "bin"), XDG_CACHE_HOME: join(folder, "cache") };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is the one that PULUMI_CLI names, then the one on PATH", async () => {
    const first = await script("pulumi", "");
    const named = await script("other", "");
    expect(await findCli(environment)).to.equal(first);
    expect(await findCli({ ...environment, PULUMI_CLI: named })).to.equal(named);
    const missing = join(folder, "none");
    const line = `PULUMI_CLI names ${missing}, which is not an executable file`;
    expect(await problem(findCli({ ...environment, PULUMI_CLI: missing }))).to.equal(line);
  });

  it("says in one line what to install if there is no Go, or an old one", async () => {
    expect(await findCli(environment)).to.equal(undefined);
    const install = "install Go 1.26.6 or later, which builds it, or pulumi";
    expect(await problem(requireGo(environment))).to.equal(`the Pulumi CLI is not on PATH: ${install}`);
    await script("go", goScript("go1.26.5", ""));
    const old = `the Pulumi CLI is not on PATH, and go1.26.5 is too old: ${install}`;
    expect(await problem(buildCli(environment))).to.equal(old);
    for (const version of ["go1.26.6", "go1.27", "go2.0.1"]) {
      await script("go", goScript(version, ""));
      expect(await problem(requireGo(environment))).to.equal("");
    }
  });

  it("says in one line that the module proxy does not answer, and leaves nothing behind", async () => {
    const lines = ["go: downloading a v1", "go: a@v1: Get https://p: connection refused"];
    await script(
      "go",
      goScript("go1.26.6", `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} >&2; exit 1`),
    );
    const line = `the Go module proxy did not give the modules of the Pulumi CLI: ${lines[1]}`;
    expect(await problem(buildCli(environment))).to.equal(line);
    expect(await readdir(join(folder, "cache", CACHED))).to.deep.equal([]);
  });

  it("is built once outside the checkout, and two builds at once are harmless", async () => {
    const path = join(folder, "bin");
    // The stand-in needs chmod.
    environment["PATH"] = `${path}:/usr/bin:/bin`;
    await script("go", goScript("go1.26.8", `test -f go.sum || exit 1`));
    const cached = join(folder, "cache", CACHED, "pulumi");
    expect(await Promise.all([buildCli(environment), buildCli(environment)])).to.deep.equal([cached, cached]);
    expect(await readFile(cached, "utf8")).to.include("built");
    expect(await readdir(join(folder, "cache", CACHED))).to.deep.equal(["pulumi"]);
    expect(await findCli({ ...environment, PATH: path })).to.equal(cached);
  });
});
