/** Owners and deadlines in `npm run findings`. */
import { expect } from "chai";
import { list, show } from "../../commands/findings.ts";
import { apiFilters, EVERYTHING, type FindingFilter } from "../../commands/findings/filter.ts";
import { withOwnerTag } from "../../commands/findings/finding-sources.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { DUE_FINDINGS, HOSTILE } from "../fixtures/due-findings.ts";
import { given, paper } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const source = withOwnerTag(given(DUE_FINDINGS), "Team");
const now = new Date("2026-11-20T12:00:00Z");
const output = (columns?: number) => {
  const printed = paper(columns);
  return { ...printed, screen: { ...printed.screen, now } };
};
const REGION = ["--region", "eu-west-1"];

function refusal(...args: string[]): string {
  let text = "";
  expect(() => commandLine(args, (line) => void (text += line))).to.throw();
  return text;
}

describe("npm run findings, owners and deadlines", () => {
  it("has columns for owner, age and due date, and no control characters", async () => {
    const printed = output();
    await list(source, EVERYTHING, "table", printed, "due");
    const rows = printed
      .text()
      .split("\n")
      .filter((line) => /i-0+\d /.test(line));
    expect(printed.text()).to.match(/Owner.*Age.*Due/);
    expect(rows.map((row) => row.replaceAll(/ +/g, " "))[0]).to.match(/payments │ 19 d │ 2026-11-15 overdue │/);
    expect(rows).to.have.length(4);
    expect(printed.text()).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  it("has no empty columns for findings without owners and deadlines", async () => {
    const printed = output();
    await list(given(DUE_FINDINGS.slice(3)), EVERYTHING, "table", printed);
    expect(printed.text()).to.not.match(/Owner|Due/);
  });

  for (const columns of [80, 120, 200]) {
    it(`fits into ${columns} columns`, async () => {
      const printed = output(columns);
      await list(source, EVERYTHING, "table", printed);
      const widths = printed
        .text()
        .split("\n")
        .map((line) => line.length);
      expect(Math.max(...widths)).to.be.at.most(columns);
      expect(printed.text()).to.include("Due");
    });
  }

  it("writes them as CSV, where no tag is a formula", async () => {
    const printed = output();
    await list(source, EVERYTHING, "csv", printed);
    const [head = "", ...rows] = printed.text().split("\n");
    expect(head).to.match(
      /,"owner",.*,"age_days","overdue","due","due_date","due_reason","overdue_since","accepted","accepted_until",/,
    );
    expect(rows.find((row) => row.includes(nodeId(1)))).to.match(
      /,"payments",.*,"19","true","overdue","2026-11-15T.*,"some","2026-12-31T/,
    );
    expect(rows.find((row) => row.includes(nodeId(2)))).to.include(`,"'=1+1 [2J<img`);
    expect(printed.text()).not.to.match(/[^\P{Cc}\n]/u);
  });

  for (const [what, filter, nodes] of [
    ["an owner", { owner: "payments" }, [1, 4]],
    ["a hostile owner", { owner: HOSTILE }, [2]],
    ["an owner in another case", { owner: "Payments" }, []],
    ["due states", { due: ["soon", "overdue"] }, [2, 1]],
    ["an owner and a due state", { owner: "payments", due: ["overdue"] }, [1]],
  ] as const satisfies readonly (readonly [string, Partial<FindingFilter>, readonly number[]])[]) {
    it(`filters by ${what}`, async () => {
      const { entries } = await source.read({ ...EVERYTHING, ...filter });
      expect(entries.map(({ view }) => view.nodeId)).to.have.members([...nodes].map((node: number) => nodeId(node)));
    });
  }

  it("asks Security Hub for the tag", () => {
    expect(apiFilters({ ...EVERYTHING, owner: "payments" }, SCOPE)).to.deep.equal([
      { ResourceTags: [{ Key: "Owner", Value: "payments", Comparison: "EQUALS" }] },
    ]);
    const [{ ResourceTags } = {}] = apiFilters({ ...EVERYTHING, owner: "x", ownerTag: "Team" }, SCOPE);
    expect(ResourceTags?.[0]?.Key).to.equal("Team");
    expect(apiFilters({ ...EVERYTHING, ownerTag: "Team" }, SCOPE)).to.deep.equal([{}]);
  });

  it("takes owner, tag, due states and order from the command line", () => {
    const request = commandLine(
      [...REGION, "--owner", "a, b", "--due", "Soon,overdue", "--sort", "due"],
      () => undefined,
    );
    expect(request).to.deep.include({ order: "due" });
    expect(request)
      .to.have.property("filter")
      .that.includes({ owner: "a, b" })
      .and.deep.includes({ due: ["soon", "overdue"] });
  });

  for (const [args, message] of [
    [["--due", "tomorrow"], /Allowed, comma-separated: later, soon, overdue/],
    [["--owner", " "], /Allowed: text of 1 to 256 characters/],
    [["--owner-tag", "x".repeat(129)], /Allowed: text of 1 to 128 characters/],
    [["--sort", "name"], /Allowed choices are severity, age, due, owner/],
  ] as const) {
    it(`refuses ${args.join(" ").slice(0, 30)} in one line`, () => {
      const text = refusal(...REGION, ...args);
      expect(text).to.match(message);
      expect(text.trimEnd()).to.not.include("\n");
    });
  }

  it("shows the deadline, the clocks of the patches and what is accepted", async () => {
    const printed = output();
    await show(source, nodeId(1), printed);
    for (const words of [
      /Owner +payments/,
      /Due +2026-11-15 overdue\n +CRITICAL patches within 14 days, since 2026-11-01\n +overdue since 2026-11-15T/,
      /Missing since +2026-11-01 KB1\n +2026-11-02 kernel, core/,
      /Accepted +some of the patches, the first exception ends 2026-12-30\n +KB9 accepted until .* by jane: no reboot, before/,
    ]) {
      expect(printed.text()).to.match(words);
    }
  });
});
