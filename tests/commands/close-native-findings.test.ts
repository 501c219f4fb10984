import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeNativeFindings } from "../../commands/close-native-findings.ts";
import { hubArn, hubScope } from "../../commands/account/hub.ts";
import { isOpenNative, nativeNode, type NativeFinding } from "../../commands/account/native-findings.ts";
import { decideResolution } from "../../commands/close-native-findings/resolution.ts";
import { securityHub } from "../../functions/security-hub/security-hub.ts";
import { systemsManager } from "../../functions/systems-manager/systems-manager.ts";
import { Admission } from "../../local/gateway/admission.ts";
import { loadFleet } from "../../local/fleet/fleet-file.ts";
import { Gateway } from "../../local/gateway/gateway.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import { SystemsManager } from "../../local/services/systems-manager/systems-manager.ts";
import { ACCOUNT, REGION, writeFleet } from "../embedded/life-fleet.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const NATIVE = `arn:aws:securityhub:${REGION}::product/aws/ssm-patch-manager`;
const OWN = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;
const scope = { partition: "aws", region: REGION, account: ACCOUNT };

function finding(name: string, resourceId: string, parts: object = {}): NativeFinding & Record<string, unknown> {
  return {
    SchemaVersion: "2018-10-08",
    Id: `arn:aws:patchmanager:${REGION}:${ACCOUNT}:${name}`,
    ProductArn: NATIVE,
    GeneratorId: name,
    AwsAccountId: ACCOUNT,
    Region: REGION,
    Types: ["Software & Configuration Checks/Patch Management/Compliance"],
    CreatedAt: "2026-11-01T00:00:00.000Z",
    UpdatedAt: "2026-11-01T00:00:00.000Z",
    Severity: { Label: "INFORMATIONAL", Normalized: 0 },
    Title: "Systems Manager Patch Summary - Managed Instance Non-Compliant",
    Description: "x",
    Resources: [{ Type: "AwsEc2Instance", Id: resourceId }],
    Workflow: { Status: "NEW" },
    RecordState: "ACTIVE",
    ...parts,
  };
}

describe("close-native-findings: which findings", () => {
  const open: [name: string, parts: object, expected: boolean][] = [
    ["new", {}, true],
    ["notified", { Workflow: { Status: "NOTIFIED" } }, true],
    ["resolved", { Workflow: { Status: "RESOLVED" } }, false],
    ["suppressed", { Workflow: { Status: "SUPPRESSED" } }, false],
    ["archived", { RecordState: "ARCHIVED" }, false],
    ["another account's", { AwsAccountId: "999999999999" }, false],
    ["our own product's", { ProductArn: OWN }, false],
    ["another Region's", { ProductArn: NATIVE.replace(REGION, "eu-west-2") }, false],
  ];
  for (const [name, parts, expected] of open) {
    it(`${expected ? "takes" : "leaves"} one that is ${name}`, () => {
      expect(isOpenNative(finding("a", nodeId(1), parts), scope)).to.equal(expected);
    });
  }

  const nodes: [id: string | undefined, expected: string | undefined][] = [
    [nodeId(1), nodeId(1)],
    [`arn:aws:ec2:eu-west-1:111122223333:instance/${nodeId(1)}`, nodeId(1)],
    ["mi-0123456789abcdef0", "mi-0123456789abcdef0"],
    ["web-1", undefined],
    [undefined, undefined],
  ];
  for (const [id, expected] of nodes) {
    it(`reads the node of ${id}`, () => {
      expect(nativeNode({ Resources: [{ Id: id }] })).to.equal(expected);
    });
  }

  it("decides by our findings and by compliance alone", () => {
    const known = { covered: new Set([nodeId(1)]), compliant: new Set([nodeId(2)]) };
    const chosen = [1, 2, 3].map((index) => decideResolution(finding("a", nodeId(index)), known).resolve);
    expect([...chosen, decideResolution(finding("a", "x"), known).resolve]).to.deep.equal([true, true, false, false]);
  });

  it("refuses an ARN that is not a hub's", () => {
    expect(() => hubScope("arn:aws:s3:::x")).to.throw(/returned the hub ARN "arn:aws:s3:::x"/);
  });
});

describe("close-native-findings: against Security Hub and Systems Manager", () => {
  let directory: string;
  let gateway: Gateway;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "native-"));
    gateway = await Gateway.listen();
  });
  after(async () => {
    await gateway.close();
    await rm(directory, { recursive: true });
  });

  /** Nodes 1 and 2 are noncompliant and have native findings. Node 1 also has one of ours. Node 3 is compliant. */
  async function world() {
    const nodes = [1, 2, 3].map((index) => ({ nodeId: nodeId(index), missing: index === 3 ? 0 : 1 }));
    const fleet = await loadFleet(await writeFleet(directory, { nodes }));
    const ours = finding("x", nodeId(1), {
      Id: `patch-manager-findings/${REGION}/${ACCOUNT}/${nodeId(1)}`,
      ProductArn: OWN,
      GeneratorId: "patch-manager-findings",
    });
    const note = { Text: "mine", UpdatedBy: "ann", UpdatedAt: "2026-11-02T00:00:00.000Z" };
    const findings = [
      ours,
      finding("covered", nodeId(1)),
      finding("bad", nodeId(2)),
      finding("good", nodeId(3), { Note: note }),
      finding("quiet", nodeId(3), { Workflow: { Status: "SUPPRESSED" } }),
      finding("other", "web-1"),
    ];
    const hub = new SecurityHub({ account: ACCOUNT, region: REGION, now: () => new Date(), findings });
    gateway.serve({
      admission: new Admission({ missing: () => undefined }),
      account: ACCOUNT,
      identify: () => ({ roleArn: `arn:aws:iam::${ACCOUNT}:role/r` }),
      standIn: (service) => (service === "ssm" ? new SystemsManager(fleet) : hub),
    });
    const settings = {
      endpoint: gateway.url,
      region: REGION,
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
      maxAttempts: 1,
    };
    const client = new SecurityHubClient(settings);
    const lines: string[] = [];
    const close = (dryRun: boolean) =>
      closeNativeFindings(dryRun, {
        describeHub: () => hubArn(client),
        hub: securityHub(client),
        data: systemsManager(new SSMClient(settings)),
        now: () => new Date(),
        print: (line) => void lines.push(line),
      });
    const workflows = () =>
      (hub.findings() as NativeFinding[]).map(({ Id = "", Workflow, Note }) => [
        Id.split(/[:/]/).at(-1),
        Workflow?.Status,
        Note?.Text,
      ]);
    return { close, lines, workflows };
  }

  it("only lists with --dry-run", async () => {
    const { close, lines, workflows } = await world();
    const before = workflows();
    expect(await close(true)).to.deep.equal({ resolved: 0, kept: 4, failed: 0 });
    expect(workflows()).to.deep.equal(before);
    expect(lines.filter((line) => line.startsWith("would resolve:"))).to.have.length(2);
  });

  it("resolves findings of covered and of compliant nodes, keeps notes and the rest, and has nothing to do the second time", async () => {
    const { close, workflows } = await world();
    expect(await close(false)).to.deep.equal({ resolved: 2, kept: 2, failed: 0 });
    expect(workflows()).to.have.deep.members([
      [nodeId(1), "NEW", undefined],
      ["covered", "RESOLVED", "Resolved because this program has a finding for the node."],
      ["bad", "NEW", undefined],
      ["good", "RESOLVED", "mine"],
      ["quiet", "SUPPRESSED", undefined],
      ["other", "NEW", undefined],
    ]);
    expect(await close(false)).to.deep.equal({ resolved: 0, kept: 2, failed: 0 });
  });
});
