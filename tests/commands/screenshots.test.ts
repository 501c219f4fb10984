/** The pictures of the README and docs show the page as it is. */
import { expect } from "chai";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { contentHash, IMAGES, LIST } from "../../commands/screenshots.ts";
import { pageMark } from "../../commands/screenshots/page-mark.ts";
import { recording, type Frame } from "../../commands/screenshots/recording.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const MOST_PICTURE_BYTES = 300_000;
const MOST_RECORDING_BYTES = 1_000_000;
const listSchema = z.strictObject({ page: z.string(), pictures: z.record(z.string(), z.string()) });

describe("pictures of the console", () => {
  let list: z.output<typeof listSchema>;
  before(async () => void (list = listSchema.parse(JSON.parse(await readFile(LIST, "utf8")))));

  it("show the present version of the page", async () => {
    expect(list.page, "the page has changed since its pictures were taken: run npm run screenshots").to.equal(
      await pageMark(),
    );
  });

  it("are the files that were taken then, each small, and no others", async () => {
    const files = (await readdir(IMAGES)).filter((name) => name !== "pictures.json");
    expect(files.toSorted()).to.deep.equal(Object.keys(list.pictures).toSorted());
    for (const [name, hash] of Object.entries(list.pictures)) {
      expect(await contentHash(name), name).to.equal(hash);
      const { size } = await stat(join(IMAGES, name));
      expect(size, name).to.be.below(name.endsWith(".svg") ? MOST_RECORDING_BYTES : MOST_PICTURE_BYTES);
    }
  });

  it("are each shown in the README or the docs", async () => {
    const docs = (await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md"));
    const texts = await Promise.all(
      ["README.md", ...docs.map((name) => `docs/${name}`)].map((path) => readFile(join(ROOT, path), "utf8")),
    );
    const unused = Object.keys(list.pictures).filter((name) => !texts.some((text) => text.includes(`images/${name}`)));
    expect(unused).to.deep.equal([]);
  });
});

describe("the recording", () => {
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><a href="#/queues/work"><rect/></a></svg>';
  const frames: Frame[] = [
    { caption: "One & <two>", picture, seconds: 5 },
    { caption: "Three", picture, seconds: 15 },
  ];
  const made = recording(frames, { css: ".flow{}", width: 100, height: 50 });

  it("shows each still in its time, and repeats after the last", () => {
    expect(made).to.contain("@keyframes still-0{0.00%{visibility:visible}25.00%{visibility:hidden}}");
    expect(made).to.contain(
      "@keyframes still-1{0%{visibility:hidden}25.00%{visibility:visible}100.00%{visibility:hidden}}",
    );
    expect(made.match(/20s step-end infinite/g)).to.have.lengthOf(2);
  });

  it("has no links and no markup from its captions", () => {
    expect(made).to.not.contain("<a ");
    expect(made).to.contain("One &amp; &lt;two&gt;");
  });

  it("stands still for readers who want less motion", () => {
    expect(made).to.match(
      /prefers-reduced-motion:reduce\)\{\.still,\.bar\{animation:none\}\.still-1\{visibility:visible\}/,
    );
  });

  it("in the docs lasts 20 seconds, and has no script and nothing from elsewhere", async () => {
    const kept = await readFile(join(IMAGES, "recording.svg"), "utf8");
    expect(kept).to.match(/still-0 20s step-end infinite/);
    expect(kept).to.not.match(/<script|<a |href=|url\(|@import|onload/i);
  });
});
