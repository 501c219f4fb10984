import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import type { FunctionName } from "../../contract/environment.ts";
import {
  BUNDLE_DIRECTORY,
  BUNDLE_OPTIONS,
  buildBundles,
  ENTRY_POINTS,
  FUNCTION_NAMES,
} from "../../infra/parts/bundles.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Kilobytes. A cold start loads the whole bundle. */
const LARGEST_KB = 400;
/** The sweep has the clients of EC2, Security Hub, SQS, Systems Manager and the tagging API. */
const LARGEST_SWEEP_KB = 470;

const SDK = [
  ...["@aws-sdk/core", "@aws-sdk/credential-provider-env", "@smithy/core"],
  ...["@smithy/node-http-handler", "@smithy/signature-v4", "@smithy/types"],
];
const SQS = ["@aws-sdk/client-sqs", "@aws-sdk/middleware-sdk-sqs"];
const SECURITY_HUB = ["@aws-sdk/client-securityhub", "p-throttle"];
const LOGGER = ["@aws-lambda-powertools/commons", "@aws-lambda-powertools/logger", "@aws/lambda-invoke-store"];
const METRICS = "@aws-lambda-powertools/metrics";
const CONCURRENCY = ["p-limit", "yocto-queue"];
const TAGS = "@aws-sdk/client-resource-groups-tagging-api";

/** The packages in each bundle. A cold start loads all of them, so a new one needs a reason. */
const PACKAGES: Readonly<Record<FunctionName, readonly string[]>> = {
  dispatch: [...SDK, ...SQS, "@aws-sdk/client-sfn", ...CONCURRENCY, ...LOGGER, METRICS, "zod"],
  "resolve-window": [...SDK, "@aws-sdk/client-ssm", ...LOGGER, "zod"],
  gather: [...SDK, "@aws-sdk/client-ssm", TAGS, ...CONCURRENCY, ...LOGGER, METRICS, "zod"],
  evaluate: [...LOGGER, METRICS],
  "choose-severity": [...LOGGER],
  publish: [...SDK, ...SECURITY_HUB, ...SQS, ...LOGGER, METRICS],
  redrive: [...SDK, ...SECURITY_HUB, ...SQS, ...LOGGER, METRICS, "zod"],
  sweep: [
    ...SDK,
    "@aws-sdk/client-ec2",
    "@aws-sdk/xml-builder",
    "@aws-sdk/client-ssm",
    TAGS,
    ...SECURITY_HUB,
    ...SQS,
    ...LOGGER,
    METRICS,
  ],
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

/** Returns the packages with code in a bundle. */
function packagesOf(inputs: Metafile["outputs"][string]["inputs"]): string[] {
  const paths = Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0);
  return [...new Set(paths.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))];
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
    const largest = name === "sweep" ? LARGEST_SWEEP_KB : LARGEST_KB;
    it(`${name} exports its handler, and has at most ${largest} KB`, () => {
      expect(createRequire(import.meta.url)(pathOf(name)))
        .to.have.property("handler")
        .that.is.a("function");
      expect(statSync(pathOf(name)).size / 1000).to.be.at.most(largest);
    });
  }

  describe("by their sources", () => {
    let metafile: Metafile;
    before(async () => {
      const options = { ...BUNDLE_OPTIONS, entryPoints: ENTRY_POINTS, outdir: "unused", metafile: true } as const;
      metafile = (await build(options)).metafile;
    });

    for (const name of FUNCTION_NAMES) {
      it(`${name} contains the packages of the list, and no others`, () => {
        expect(packagesOf(metafile.outputs[`unused/${name}.cjs`]?.inputs ?? {})).to.have.members(PACKAGES[name]);
      });
    }

    it("contain neither Pulumi nor local/ nor infra/", () => {
      const sources = Object.keys(metafile.inputs);
      expect(sources).to.include("functions/runtime/errors.ts");
      expect(sources.filter((path) => !/^(contract\/|functions\/|node_modules\/)/.test(path))).to.deep.equal([]);
      expect(sources.filter((path) => path.startsWith("node_modules/@pulumi/"))).to.deep.equal([]);
      for (const name of FUNCTION_NAMES) expect(read(name), name).to.not.include("@pulumi");
    });
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
