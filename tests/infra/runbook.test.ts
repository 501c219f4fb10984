import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { captureProgram, Program } from "../fixtures/captured-program.ts";

const RUNBOOK = new URL("../../docs/operations.md", import.meta.url);

/** Returns the anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

describe("docs/operations.md", () => {
  let runbook: string;
  let sections: ReadonlyMap<string, string>;
  before(async () => {
    runbook = await readFile(RUNBOOK, "utf8");
    const parts = runbook.split(/^### /m).slice(1);
    sections = new Map(parts.map((part) => [anchorOf(part.split("\n", 1)[0] ?? ""), part]));
  });

  it("describes for every alarm what happened, what to do, and how to check that it is over", async () => {
    const program = new Program(await captureProgram());
    const alarms = program.all("MetricAlarm").map(({ name }) => program.short(name).replace("alarms-", ""));
    const rows = [...runbook.matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) /gm)];
    expect(rows.map(([, alarm]) => alarm)).to.have.members(alarms);
    for (const [, alarm = "", anchor = ""] of rows) {
      const section = sections.get(anchor) ?? "";
      expect(section.split("\n", 1)[0], alarm).to.include(`\`${alarm}\``);
      for (const part of ["What happened", "What to do", "How to check"]) expect(section, alarm).to.include(part);
    }
  });
});
