import { expect } from "chai";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { captureProgram, Program } from "../fixtures/captured-program.ts";
import { anchorOf } from "../fixtures/markdown.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const RUNBOOK = join(ROOT, "docs", "operations.md");

describe("docs/operations.md", () => {
  let runbook: string;
  let sections: ReadonlyMap<string, string>;
  before(async () => {
    runbook = await readFile(RUNBOOK, "utf8");
    const parts = runbook.split(/^### /m).slice(1);
    sections = new Map(parts.map((part) => [anchorOf(part.split("\n", 1)[0] ?? ""), part]));
  });

  it("describes for every alarm what happened, what to do, and how to check that it is over", async () => {
    const notify = { targets: { "eu-west-1": "arn:aws:sns:eu-west-1:123456789012:tickets" }, from: "2026-12-01" };
    const program = new Program(await captureProgram(["eu-west-1"], { notify }));
    const alarms = program.all("MetricAlarm").map(({ name }) => program.short(name));
    const rows = [...runbook.matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) /gm)];
    expect(rows.map(([, alarm]) => alarm)).to.have.members(alarms);
    for (const [, alarm = "", anchor = ""] of rows) {
      const section = sections.get(anchor) ?? "";
      expect(section.split("\n", 1)[0], alarm).to.include(`\`${alarm}\``);
      for (const part of ["What happened", "What to do", "How to check"]) expect(section, alarm).to.include(part);
    }
  });

  it("quotes log lines that the functions write", async () => {
    const files = globSync("functions/**/*.ts", { cwd: ROOT });
    const sources = (await Promise.all(files.map((file) => readFile(join(ROOT, file), "utf8")))).join("\n");
    const table = /^\| line +\|[^]*?\n\n/m.exec(runbook)?.[0] ?? "";
    const lines = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, line = ""]) => line);
    expect(lines).to.have.length.greaterThan(4);
    expect(lines.filter((line) => !sources.includes(JSON.stringify(line)))).to.deep.equal([]);
  });

  it("names graphs that the dashboard has", async () => {
    const dashboard = new Program(await captureProgram()).all("Dashboard").map(({ inputs }) => JSON.stringify(inputs));
    const graphs = [...runbook.replaceAll("\n", " ").matchAll(/\bgraphs? "([^"]+)"/g)].map(([, graph = ""]) => graph);
    expect(graphs).to.not.be.empty;
    expect(graphs.filter((graph) => !dashboard.join().includes(`\\"${graph}`))).to.deep.equal([]);
  });
});
