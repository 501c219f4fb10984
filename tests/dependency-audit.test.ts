/** The dependency audit of CI, against registries on this machine. */
import { expect } from "chai";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

interface Answer {
  status: number;
  body?: unknown;
}

const ROOT = join(import.meta.dirname, "..");
const PACKAGE = "@aws-sdk/client-ssm";
const VERSION = "3.0.0";
const REPORT = {
  [PACKAGE]: [
    { id: 1, url: "https://example.com/1", title: "A made-up fault", severity: "high", vulnerable_versions: ">=0" },
  ],
};
/** npm reads which versions of a vulnerable package exist. */
const VERSIONS = { name: PACKAGE, versions: { [VERSION]: { name: PACKAGE, version: VERSION } } };

/** Runs `.ci/audit` with a registry that gives the answer to each question about vulnerabilities. */
async function audit({ status, body = {} }: Answer) {
  const registry = createServer((request, response) => {
    request.resume().on("end", () => {
      const asksForReport = request.url?.includes("/security/") === true;
      response.writeHead(asksForReport ? status : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(asksForReport ? body : VERSIONS));
    });
  }).listen(0, "127.0.0.1");
  await once(registry, "listening");
  const { port } = registry.address() as AddressInfo;
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${String(port)}/`,
    npm_config_fetch_retries: "0",
  };
  const child = spawn(join(ROOT, ".ci/audit"), { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (text += part.toString()));
  const [code] = (await once(child, "close")) as [number];
  registry.close();
  return { code, text };
}

describe("dependency audit", function () {
  this.timeout(60_000);

  it("passes when nothing is known against the packages", async () => {
    const { code, text } = await audit({ status: 200 });
    expect(code, text).to.equal(0);
    expect(text).to.contain("found 0 vulnerabilities");
  });

  it("fails on a vulnerability of severity high", async () => {
    const { code, text } = await audit({ status: 200, body: REPORT });
    expect(code, text).to.equal(1);
    expect(text).to.contain("A made-up fault");
  });

  it("says so and passes when the registry serves no audits", async () => {
    const { code, text } = await audit({ status: 405 });
    expect(code, text).to.equal(0);
    expect(text).to.contain("dependency audit: NOT DONE");
  });

  it("fails when the registry has a fault of its own", async () => {
    const { code, text } = await audit({ status: 500 });
    expect(code, text).to.equal(1);
    expect(text).to.contain("dependency audit: FAILED");
  });
});
