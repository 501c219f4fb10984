import { expect } from "chai";
import { listNodes, readPatchData } from "../../commands/preflight/nodes.ts";
import { readPatching } from "../../commands/preflight/patch-sources.ts";
import { emptyFleet, type Fleet } from "../../local/fleet/fleet.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import {
  ACCOUNT,
  COMPLETE,
  lineOf,
  PreflightRuns,
  NOW,
  REGION,
  RESULTS,
  resultsOf,
  WINDOW,
} from "../fixtures/preflight-fixture.ts";

describe("preflight, of an account of stand-ins", () => {
  const runs = new PreflightRuns();
  afterEach(() => runs.end());

  it("checks everything that the settings name", async () => {
    const { lines } = await runs.linesOf();
    expect(resultsOf(lines)).to.deep.equal(RESULTS);
    expect(lineOf(lines, "managed nodes")?.found).to.equal("20 managed nodes: 20 online, 2 hybrid");
    expect(lineOf(lines, "patch data")?.found).to.equal("without any patch data: 1 (i-0d33b9d2c4e67a0f8)");
    expect(lineOf(lines, "patched by")?.found).to.equal(
      "associations: AWS-RunPatchBaseline 1; nodes by ExecutionType: Command 15, PatchPolicy 1",
    );
    expect(lineOf(lines, "aggregation")?.found).to.equal("eu-west-1 is linked to the home Region eu-central-1");
  });

  it("finds the problems of an empty account", async () => {
    const options = {
      ...COMPLETE,
      fleet: emptyFleet(ACCOUNT, REGION),
      keys: [],
      concurrency: { limit: 10, reserved: 9 },
    };
    const { lines } = await runs.linesOf({ ...options, hub: { enabled: false } });
    const rest = ["managed nodes", "Security Hub", "Lambda concurrency", "KMS key", `window ${WINDOW}`];
    expect(lines.filter(({ result }) => result === "problem").map(({ check }) => check)).to.deep.equal(rest);
    // Security Hub off is one line, not seven.
    expect(resultsOf(lines)).to.not.have.any.keys("native import", "aggregation", "open findings", "insights");
    expect(lines.filter(({ result }) => result === "unchecked")).to.deep.equal([]);
  });

  it("counts findings by product, up to its limit", async () => {
    const native = (index: number) => ({
      SchemaVersion: "2018-10-08",
      Id: `arn:aws:patchmanager:${REGION}:${ACCOUNT}:instance/${index}`,
      ProductArn: `arn:aws:securityhub:${REGION}::product/aws/ssm-patch-manager`,
      AwsAccountId: ACCOUNT,
      RecordState: "ACTIVE",
      Workflow: { Status: "NEW" },
    });
    const many = (count: number) => ({
      ...COMPLETE,
      hub: { findings: Array.from({ length: count }, (_, i) => native(i)) },
    });
    const few = await runs.linesOf(many(101));
    expect(lineOf(few.lines, "open findings")).to.include({
      result: "note",
      found: "native integration 101, this program 0, SSM.2 0",
    });
    const more = await runs.linesOf(many(1_150));
    expect(lineOf(more.lines, "open findings")?.found).to.include("native integration more than 1000");
  });

  it("distinguishes a disabled hub from a denied call", async () => {
    const off = await runs.linesOf({ ...COMPLETE, hub: { enabled: false } });
    const denied = await runs.linesOf({ ...COMPLETE, denied: ["securityhub:DescribeHub"] });
    expect(lineOf(off.lines, "Security Hub")).to.include({ result: "problem", found: "off" });
    expect(lineOf(denied.lines, "Security Hub")?.found).to.match(/^no permission for securityhub:DescribeHub: /);
    expect(resultsOf(denied.lines)).to.include({ "native import": "note", aggregation: "ok" });
  });

  it("reads up to its bounds, page by page", async () => {
    const node = (index: number) => ({ InstanceId: nodeId(index), PingStatus: "Online" });
    const summary = (index: number) => ({
      ComplianceType: "Patch",
      ResourceId: nodeId(index),
      ExecutionSummary: { ExecutionTime: NOW, ExecutionType: "Command" },
    });
    const numbers = Array.from({ length: 230 }, (_, index) => index);
    const fleet: Fleet = {
      ...emptyFleet(ACCOUNT, REGION),
      nodes: numbers.map(node),
      complianceSummaries: numbers.map(summary),
      patchStates: numbers.slice(0, 120).map((index) => ({ InstanceId: nodeId(index), OperationEndTime: NOW })),
    };
    const { checked } = await runs.at({ fleet }, { regions: [REGION] });
    const all = await listNodes(checked);
    expect([all.nodes.length, all.more]).to.deep.equal([230, false]);
    const bounded = await listNodes(checked, 220);
    expect([bounded.nodes.length, bounded.more]).to.deep.equal([220, true]);
    // 120 have a recent state, and 100 of the 110 others are read one by one.
    expect(await readPatchData(checked, all)).to.have.length(220);
    expect(await readPatching(checked, 230)).to.deep.include({ executionTypes: { Command: 230 }, more: false });
    expect(await readPatching(checked, 229)).to.deep.include({ executionTypes: { Command: 229 }, more: true });
  });
});
