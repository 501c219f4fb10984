import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import type { FunctionName } from "../../contract/environment.ts";
import { BUNDLE_DIRECTORY, buildBundles, FUNCTION_NAMES } from "../../infra/parts/bundles.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Kilobytes: the last measured size plus a fifth. A sudden increase means that something large was bundled. */
const LARGEST_KB: Readonly<Record<FunctionName, number>> = {
  dispatch: 480,
  "resolve-window": 480,
  gather: 526,
  evaluate: 78,
  "choose-severity": 59,
  publish: 640,
  redrive: 686,
  sweep: 800,
};

const pathOf = (name: string): string => join(BUNDLE_DIRECTORY, `${name}.cjs`);
const read = (name: string): string => readFileSync(pathOf(name), "utf8");

/** Error names that the state machine's Retry and Catch know, and which are no service's own (`States.`, `Lambda.`). */
function caughtErrors(): string[] {
  const definition = readFileSync(join(ROOT, "statemachine", "patch-findings.asl.json"), "utf8");
  const lists = [...definition.matchAll(/"ErrorEquals": \[([^\]]*)\]/g)].map(([, list = ""]) => list);
  const names = lists.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => !name.includes("."));
}

describe("the bundles", () => {
  before(buildBundles);

  it("are the same bytes whenever they are built", async () => {
    const first = FUNCTION_NAMES.map(read);
    await buildBundles();
    expect(FUNCTION_NAMES.map(read).every((text, index) => text === first[index])).to.equal(true);
  });

  it("are one for each function, and each function has one", () => {
    const entries = readdirSync(join(ROOT, "functions")).filter((file) => file.endsWith(".ts"));
    expect(entries.map((file) => file.replace(/\.ts$/, ""))).to.have.members([...FUNCTION_NAMES]);
  });

  for (const name of FUNCTION_NAMES) {
    it(`${name} exports its handler, and is not larger than it was`, () => {
      expect(createRequire(import.meta.url)(pathOf(name)))
        .to.have.property("handler")
        .that.is.a("function");
      expect(read(name).length / 1000).to.be.lessThan(LARGEST_KB[name]);
    });
  }

  it("contain neither Pulumi nor local/ nor infra/", async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: FUNCTION_NAMES.map((name) => `functions/${name}.ts`),
      outdir: "unused",
      bundle: true,
      platform: "node",
      mainFields: ["module", "main"],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const sources = Object.keys(metafile.inputs);
    expect(sources).to.include("functions/runtime/errors.ts");
    expect(sources.filter((path) => !/^(contract\/|functions\/|node_modules\/)/.test(path))).to.deep.equal([]);
    expect(sources.filter((path) => path.startsWith("node_modules/@pulumi/"))).to.deep.equal([]);
    for (const name of FUNCTION_NAMES) expect(read(name), name).to.not.include("@pulumi");
  });

  it("keep the names of the errors that the state machine retries and catches", () => {
    const names = caughtErrors();
    expect(names).to.include.members(["SystemsManagerThrottled", "SecurityHubUnavailable"]);
    const missing = names.filter(
      (name) => !FUNCTION_NAMES.some((bundle) => new RegExp(`name\\s*=\\s*"${name}"`).test(read(bundle))),
    );
    expect(missing).to.deep.equal([]);
  });
});
