/** Pulumi writes into the file of a stack, for example an encryption salt. No file of the repository may change so. */
import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const tracked: readonly string[] = read(".gitignore").match(/(?<=^!)Pulumi\..*\.yaml$/gm) ?? [];

describe("the files of stacks", () => {
  it("are ignored by git, except for the examples", () => {
    expect(read(".gitignore").split("\n")).to.include("Pulumi.*.yaml");
    expect(tracked).to.have.members(["Pulumi.dev.yaml", "Pulumi.example-prod.yaml"]);
    for (const file of tracked)
      expect(read(file), file)
        .to.match(/^# .*\nconfig:\n/)
        .and.not.include("encryptionsalt");
  });

  for (const page of globSync(["README.md", "CONTRIBUTING.md", "docs/*.md"], { cwd: ROOT })) {
    it(`${page}: creates, changes and deploys no stack whose file is an example`, () => {
      const stacks = [...read(page).matchAll(/(?:stack (?:init|select)|--stack) ([\w-]+)/g)].map(
        ([, name = ""]) => name,
      );
      expect(stacks.filter((name) => tracked.includes(`Pulumi.${name}.yaml`))).to.deep.equal([]);
    });
  }
});
