/** What CI checks is what package.json and the README promise. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Workflow {
  jobs: Record<string, { strategy: { matrix: { node: number[] } }; steps: { uses?: string; run?: string }[] }>;
}

const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8");
const manifest = JSON.parse(read("package.json")) as { engines: { node: string } };
const jobs = Object.values((parse(read(".github/workflows/ci.yml")) as Workflow).jobs);

describe("continuous integration", () => {
  it("runs .ci/run on the oldest Node.js that package.json allows", () => {
    const oldest = Number(/^>=(\d+)$/.exec(manifest.engines.node)?.[1]);
    for (const { strategy, steps } of jobs) {
      expect(Math.min(...strategy.matrix.node)).to.equal(oldest);
      expect(steps.map(({ run }) => run)).to.include(".ci/run");
    }
  });

  it("uses actions by their commits: tags can be moved", () => {
    for (const { uses } of jobs.flatMap(({ steps }) => steps)) {
      if (uses !== undefined) expect(uses).to.match(/@[0-9a-f]{40}$/);
    }
  });

  it("runs the commands with which the README installs, tests and starts", () => {
    const promised = [...read("README.md").matchAll(/^npm ci && (npm \w+)/gm)].map(([, command]) => command);
    expect(promised).to.include("npm test");
    for (const command of ["npm ci", ...promised]) expect(read(".ci/run")).to.match(new RegExp(`^${command}\\b`, "m"));
  });
});
