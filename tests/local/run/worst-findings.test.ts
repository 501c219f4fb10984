import { expect } from "chai";
import { worstFindings } from "../../../local/run/worst-findings.ts";
import { complianceFinding } from "../../fixtures/finding-samples.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const PLAIN = { color: false };
const finding = (number: number, label: string, fields: Record<string, string> = {}, parts: object = {}) =>
  complianceFinding(nodeId(number), [{}], { Severity: { Label: label }, ProductFields: fields, ...parts });
const many = ["LOW", "CRITICAL", "HIGH", "HIGH", "LOW", "LOW", "MEDIUM"].map((label, index) =>
  finding(index + 1, label),
);

describe("the findings in the summary of a run", () => {
  it("are counted by severity, and the worst five are named, worst first", () => {
    const lines = worstFindings(many, PLAIN);
    expect(lines[0]).to.equal("7 open findings: 1 CRITICAL, 2 HIGH, 1 MEDIUM, 3 LOW");
    const labels = lines.flatMap((line) => /^[A-Z]{3,}/.exec(line)?.[0] ?? []);
    expect(labels).to.deep.equal(["CRITICAL", "HIGH", "HIGH", "MEDIUM", "LOW"]);
    expect(lines.join("\n")).to.contain("and 2 more findings");
  });

  it("are none after all nodes comply", () => {
    expect(worstFindings([finding(1, "HIGH", {}, { RecordState: "ARCHIVED" })], PLAIN)).to.deep.equal([
      "No open findings.",
    ]);
  });

  it("leave out suppressed and resolved ones, which are counted, and those of other products", () => {
    const lines = worstFindings(
      [
        finding(1, "HIGH"),
        finding(2, "CRITICAL", {}, { Workflow: { Status: "SUPPRESSED" } }),
        finding(3, "CRITICAL", {}, { Workflow: { Status: "RESOLVED" } }),
        finding(4, "CRITICAL", {}, { GeneratorId: "another" }),
      ],
      PLAIN,
    );
    expect(lines.slice(0, 2)).to.deep.equal(["1 open finding: 1 HIGH", "2 findings suppressed or resolved"]);
  });

  it("say when they are due, and count those that are overdue or due soon", () => {
    const due = (state: string, day: string) => ({ "PatchFindings/Due": state, "PatchFindings/DueDate": day });
    const lines = worstFindings(
      [finding(1, "HIGH", due("overdue", "2026-11-01T00:00:00.000Z")), finding(2, "LOW", due("soon", "2026-12-01"))],
      PLAIN,
    );
    expect(lines[1]).to.equal("1 overdue, 1 due soon");
    expect(lines.join("\n")).to.match(/overdue since 2026-11-01[^]*due 2026-12-01, soon/);
  });

  it("fit a narrow terminal, with names that would break it", () => {
    const name = `\u001b[31m${"web".repeat(40)}`;
    const details = { Details: { Other: { ComputerName: name } } };
    const resource = {
      Type: "AwsEc2Instance",
      Id: `arn:aws:ec2:eu-west-1:111122223333:instance/${nodeId(1)}`,
      ...details,
    };
    for (const columns of [40, 80, 120]) {
      const lines = worstFindings([finding(1, "HIGH", {}, { Resources: [resource] })], { columns, color: false });
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(columns);
      expect(lines.join("")).to.not.contain("\u001b");
    }
  });

  it("have colors only if the screen has them", () => {
    expect(worstFindings(many, { color: true }).join("\n")).to.contain("\u001b[30;48;5;166mCRITICAL\u001b[0m");
    expect(worstFindings(many, PLAIN).join("\n")).to.not.contain("\u001b");
  });
});
