import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICIES, POLICIES_FILE } from "../../../contract/policies.ts";
import { readPolicies } from "../../../functions/runtime/policies.ts";

describe("the policies of a function", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "policies-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are the default ones without a file, and in tests of the sources", () => {
    expect(readPolicies(folder)).to.equal(DEFAULT_POLICIES);
    expect(readPolicies()).to.equal(DEFAULT_POLICIES);
  });

  it("are those in the file", async () => {
    const policies = { ...DEFAULT_POLICIES, overdueRaisesSeverity: true };
    await writeFile(join(folder, POLICIES_FILE), JSON.stringify(policies));
    expect(readPolicies(folder)).to.deep.equal(policies);
  });

  it("name the file that is malformed", async () => {
    await writeFile(join(folder, POLICIES_FILE), "{}");
    expect(() => readPolicies(folder)).to.throw(/^policies\.json: the top level must be an object with severityRules/);
  });
});
