import { expect } from "chai";
import { PLAIN_INSIGHTS } from "../../commands/preflight/quotas.ts";
import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { captureProgram, Program } from "../fixtures/captured-program.ts";
import { embeddedRun } from "../embedded/run-embedded.ts";

const CAUSE_INSIGHTS = (CAUSES as readonly CauseRow[]).flatMap(({ insight }) => insight?.key ?? []);

const capture = async (settings: object) => new Program(await captureProgram(["eu-west-1"], { ...settings }));

describe("insights", () => {
  it("cover severity, causes, age and the named patch groups, over open findings of this program only", async () => {
    const program = await capture({ insights: true, insightPatchGroups: ["prod"], enableSecurityHub: true });
    const insights = program.all("Insight").map(({ name, inputs }) => [program.short(name), inputs] as const);
    expect(insights, "what preflight counts with").to.have.length(PLAIN_INSIGHTS + 1);
    expect(insights.map(([name]) => name)).to.have.members(
      ["severity", ...CAUSE_INSIGHTS, "soon", "overdue", "group-prod-6754af96"].map((kind) => `insights-${kind}`),
    );
    for (const [name, { filters, groupByAttribute }] of insights) {
      expect(filters).to.deep.include({
        generatorIds: [{ comparison: "EQUALS", value: "patch-manager-findings" }],
        recordStates: [{ comparison: "EQUALS", value: "ACTIVE" }],
      });
      expect(groupByAttribute).to.equal(name === "insights-severity" ? "SeverityLabel" : "ResourceId");
    }
  });

  it("filter by fields that findings have", async () => {
    const program = await capture({ insights: true, insightPatchGroups: ["windows-prod"] });
    const { findings } = await embeddedRun([]);
    const written = new Set(findings.flatMap((each) => Object.keys((each as { ProductFields: object }).ProductFields)));
    const asked = program.all("Insight").flatMap(({ inputs }) => {
      const { productFields = [] } = inputs["filters"] as { productFields?: { key: string }[] };
      return productFields.map(({ key }) => key);
    });
    expect(asked).to.have.lengthOf(CAUSE_INSIGHTS.length + 3);
    // Only a finding with a deadline says how near it is.
    expect(asked.filter((key) => !written.has(key) && key !== "PatchFindings/Due")).to.deep.equal([]);
  });

  it("long patch groups give names that Security Hub accepts, and filter by the whole group", async () => {
    const group = "日".repeat(256);
    const program = await capture({ insights: true, insightPatchGroups: [group, "x".repeat(83)] });
    const [long, whole] = program.all("Insight").filter(({ name }) => name.includes("-insights-group-"));
    expect(Array.from(String(long?.inputs["name"]))).to.have.length(128);
    expect(long?.inputs["name"]).to.match(/^Patch Manager Findings: nodes of patch group 日+\.\.\.$/);
    expect(JSON.stringify(long?.inputs["filters"])).to.include(`"${group}"`);
    expect(whole?.inputs["name"])
      .to.match(/ x{83}$/)
      .and.have.length(128);
  });

  it("patch groups name their insights, so that removing one leaves the others as they are", async () => {
    const names = async (...insightPatchGroups: string[]) => {
      const insights = (await capture({ insights: true, insightPatchGroups })).all("Insight");
      return insights.map(({ name }) => program(name)).filter((name) => name.startsWith("insights-group-"));
    };
    const program = (name: string) => name.replace("patch-findings-eu-west-1-", "");
    const all = await names("web servers", "Web/Servers", "日本", "a".repeat(256));
    expect(new Set(all).size).to.equal(4);
    for (const name of all) expect(name).to.match(/^insights-group-[a-z0-9-]{8,40}$/);
    expect(await names("Web/Servers", "日本")).to.deep.equal(all.slice(1, 3));
  });

  it("owners have insights that filter by the tag of the node, with names that Security Hub accepts", async () => {
    const insightOwners = ["payments", "Payments", "日".repeat(256)];
    const program = await capture({ insights: true, ownerTag: "Team", insightOwners });
    const insights = program.all("Insight").filter(({ name }) => name.includes("-insights-owner-"));
    expect(insights.map(({ inputs }) => (inputs["filters"] as { resourceTags: object }).resourceTags)).to.deep.equal(
      insightOwners.map((value) => [{ key: "Team", comparison: "EQUALS", value }]),
    );
    expect(new Set(insights.map(({ name }) => name)).size).to.equal(3);
    expect(insights[0]?.inputs["name"]).to.equal("Patch Manager Findings: nodes of owner payments");
    for (const { inputs } of insights) expect(Array.from(String(inputs["name"])).length).to.be.at.most(128);
  });

  it("the most insights leave half of Security Hub's 100 to others", async () => {
    const some = (what: string) => Array.from({ length: 20 }, (_, index) => `${what}-${index}`);
    const program = await capture({
      insights: true,
      ownerTag: "Team",
      insightOwners: some("owner"),
      insightPatchGroups: some("group"),
    });
    expect(program.all("Insight").length).to.be.at.most(50);
  });
});
