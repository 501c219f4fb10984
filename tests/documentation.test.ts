/** Checks the links of the documents, the npm scripts that they name, and their words. */
import { expect } from "chai";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { anchorOf } from "./fixtures/markdown.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const pages = globSync("{*,docs/*,local/**/*,bench/**/*}.md", { cwd: ROOT });
const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);

/** Words that this project writes in plainer English. */
const DIALECT =
  /\banew\b|\bfor ever\b|\bnobody knows\b|\bparted by\b|\bbe it\b|\bmends?\b|\bwhat lies beyond\b|\bdetours?\b|\bhears? of\b|\bthe way of the data\b|\bis away\b|\bdeaths?\b|\bpoison\b|\bsuspects?\b/gi;

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "code");

function anchors(page: string): Set<string> {
  const text = read(page).replaceAll(/^```[^]*?^```/gm, "");
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...named]);
}

/** Returns the links of a page to files of this project, as [file, anchor]. */
function links(page: string): [string, string][] {
  const text = read(page).replaceAll(/^```[^]*?^```/gm, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, one, other]) => one ?? other ?? "",
  );
  return targets
    .filter((target) => !/^(?:https?|mailto):/.test(target))
    .map((target) => {
      const [file = "", anchor = ""] = target.split("#", 2);
      return [file === "" ? page : join(dirname(page), file), anchor];
    });
}

describe("the documents", () => {
  it("are found", () => {
    expect(pages).to.include.members(["README.md", "docs/settings.md", "SECURITY.md"]);
  });

  for (const page of pages) {
    it(`${page}: every link leads to a file and a heading`, () => {
      const broken = links(page).filter(
        ([file, anchor]) =>
          !existsSync(join(ROOT, file)) || (anchor !== "" && file.endsWith(".md") && !anchors(file).has(anchor)),
      );
      expect(broken.map((link) => link.join("#"))).to.deep.equal([]);
    });

    it(`${page}: every npm script exists`, () => {
      const named = [...read(page).matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, script = ""]) => script);
      expect(named.filter((script) => !scripts.includes(script))).to.deep.equal([]);
    });

    it(`${page}: uses the field's words`, () => {
      expect(withoutCode(read(page)).match(DIALECT) ?? []).to.deep.equal([]);
    });
  }

  it("a README that is read in a minute has at most 100 lines", () => {
    expect(read("README.md").trimEnd().split("\n").length).to.be.at.most(100);
  });
});
