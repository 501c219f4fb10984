import { DEFAULT_POLICIES } from "../../../../contract/policies.ts";
import { expect } from "chai";
import { buildFinding } from "../../../../functions/security-hub/asff/compliance.ts";
import type { RatedJudgement } from "../../../../functions/compliance/node-severity.ts";
import type { FindingScope } from "../../../../functions/security-hub/asff/finding-identity.ts";
import { patchSource } from "../../../../functions/compliance/patch-source.ts";
import { chooseSeverity } from "../../../../functions/compliance/node-severity.ts";
import { judge } from "../../../../functions/compliance/verdict.ts";
import {
  counts,
  minutes,
  NODE,
  noncompliantSource,
  patch,
  rated,
  reading,
  reference,
  SCOPE,
  source,
} from "../../../fixtures/node-fixtures.ts";

const HYBRID = "mi-0123456789abcdef0";
const OPERATION_START = "2021-11-11T22:05:06Z";
const OPERATION_END = "2021-11-11T22:05:25Z";

/** What AWS documents for its own integration (patch-manager-security-hub-integration in the user guide). */
const NATIVE = {
  Types: ["Software & Configuration Checks/Patch Management/Compliance"],
  Title: "Systems Manager Patch Summary - Managed Instance Non-Compliant",
  Url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-compliance-remediation.html",
  SourceUrl:
    "https://us-east-2.console.aws.amazon.com/systems-manager/fleet-manager/i-02573cafcfEXAMPLE/patch?region=us-east-2",
  ProductName: "Systems Manager Patch Manager",
  PatchSummary: {
    Id: "pb-0c10e65780EXAMPLE",
    InstalledCount: 45,
    MissingCount: 2,
    FailedCount: 0,
    InstalledOtherCount: 396,
    InstalledRejectedCount: 0,
    InstalledPendingReboot: 0,
    OperationStartTime: OPERATION_START,
    OperationEndTime: OPERATION_END,
    RebootOption: "NoReboot",
    Operation: "SCAN",
  },
};

const times = { createdAt: minutes(0), updatedAt: minutes(1), firstObservedAt: minutes(-1) };

function build(judged: RatedJudgement, scope: FindingScope = SCOPE) {
  return buildFinding(judged, scope, times);
}

/** ProductFields by any name. */
function fieldsOf({ ProductFields }: ReturnType<typeof build>): Partial<Record<string, string>> {
  return ProductFields;
}

/** The data behind AWS's example, as Systems Manager answers it. */
function awsExample() {
  const state = {
    InstanceId: NODE,
    PatchGroup: "",
    BaselineId: "pb-0c10e65780EXAMPLE",
    InstalledCount: 45,
    MissingCount: 2,
    FailedCount: 0,
    InstalledOtherCount: 396,
    InstalledRejectedCount: 0,
    InstalledPendingRebootCount: 0,
    RebootOption: "NoReboot",
    Operation: "Scan",
    OperationStartTime: new Date(OPERATION_START),
    OperationEndTime: new Date(OPERATION_END),
  };
  const rows = ["openssl.x86_64", "curl.x86_64"].map((Id) => ({
    Id,
    ComplianceType: "Patch",
    Title: `${Id}:0:1.0`,
    Status: "NON_COMPLIANT",
    Severity: "UNSPECIFIED",
    ExecutionSummary: { ExecutionType: "Command" },
    Details: { PatchState: "Missing", PatchSeverity: "Important", Classification: "Security", CVEIds: "CVE-2021-3711" },
  }));
  const patchRun = {
    document: "AWS-RunPatchBaseline",
    operationId: "d710f5bd-04e3-47b4-82f6-df4e00000000",
    notBefore: "2021-11-11T22:00:00.000Z",
    status: "Success",
  } as const;
  const read = reading([patchSource(state, rows, true)], { node: { computerName: "web-1", platformName: "CentOS" } });
  const verdict = judge(reference({ patchRun }), read);
  if (!("evidence" in verdict)) throw new Error(`not judged: ${verdict.reason}`);
  return build({ ...verdict, severity: chooseSeverity(verdict.evidence, DEFAULT_POLICIES) });
}

describe("buildFinding compared with AWS's own finding", () => {
  const finding = awsExample();

  it("has the fields that readers of the native finding use", () => {
    expect(finding.Title).to.equal(NATIVE.Title);
    expect(finding.FindingProviderFields.Types).to.deep.equal(NATIVE.Types);
    expect(finding.SourceUrl).to.equal(NATIVE.SourceUrl);
    expect(finding.Remediation.Recommendation.Url).to.equal(NATIVE.Url);
    expect(finding.ProductName).to.equal(NATIVE.ProductName);
    expect(finding.PatchSummary).to.deep.equal(NATIVE.PatchSummary);
    expect(finding).to.include({ SchemaVersion: "2018-10-08", AwsAccountId: "111122223333", RecordState: "ACTIVE" });
  });

  it("differs only in the documented fields", () => {
    expect(finding.Id).to.equal("patch-manager-findings/us-east-2/111122223333/i-02573cafcfEXAMPLE");
    expect(finding.ProductArn).to.equal("arn:aws:securityhub:us-east-2:111122223333:product/111122223333/default");
    expect(finding.FindingProviderFields.Severity).to.deep.equal({ Label: "HIGH", Original: "Important" });
    expect(finding).to.not.have.any.keys("Severity", "Types", "Workflow", "Note", "WorkflowState");
    expect(finding.Compliance).to.deep.equal({ Status: "FAILED" });
    expect(finding.Resources).to.deep.equal([
      {
        Type: "AwsEc2Instance",
        Id: "arn:aws:ec2:us-east-2:111122223333:instance/i-02573cafcfEXAMPLE",
        Partition: "aws",
        Region: "us-east-2",
        Details: { Other: { ComputerName: "web-1", PlatformName: "CentOS" } },
      },
    ]);
    expect(finding.Vulnerabilities?.map(({ Id, VulnerablePackages }) => [Id, VulnerablePackages])).to.deep.equal([
      ["CVE-2021-3711", [{ Name: "curl.x86_64" }, { Name: "openssl.x86_64" }]],
    ]);
    expect(finding.Remediation.Recommendation.Text).to.match(/^Install the missing patches/);
  });

  it("says which run, which causes, which patches and why this severity", () => {
    expect(finding.ProductFields).to.deep.include({
      "PatchFindings/OperationEndTime": "2021-11-11T22:05:25.000Z",
      "PatchFindings/Source": "Patch",
      "PatchFindings/Document": "AWS-RunPatchBaseline",
      "PatchFindings/OperationId": "d710f5bd-04e3-47b4-82f6-df4e00000000",
      "PatchFindings/ExecutionType": "Command",
      "PatchFindings/Missing": "2",
      "PatchFindings/Failed": "0",
      "PatchFindings/WorstPatches": "curl.x86_64:0:1.0, openssl.x86_64:0:1.0",
      "PatchFindings/Vulnerabilities": "1 CVE",
      "PatchFindings/SeverityDecidedBy": "curl.x86_64",
    });
    expect(fieldsOf(finding)["PatchFindings/SeverityReason"]).to.match(/^HIGH: .*vendor's severity is Important$/);
    expect(finding.ProductFields).to.not.have.any.keys("PatchFindings/PatchGroup", "PatchFindings/Notes");
    expect(finding.Description).to.match(
      /^Managed node i-02573cafcfEXAMPLE \(web-1, CentOS\) does not comply.*2 missing/,
    );
  });
});

describe("buildFinding", () => {
  it("keeps the given times", () => {
    expect(build(rated())).to.include({
      CreatedAt: times.createdAt,
      UpdatedAt: times.updatedAt,
      FirstObservedAt: times.firstObservedAt,
      LastObservedAt: minutes(0),
    });
  });

  it("is passed and archived for a compliant node, and does not mention noncompliance", () => {
    const finding = build(rated([source()], "compliant"));
    expect(finding).to.deep.include({ RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } });
    expect(finding.Title).to.equal("Systems Manager Patch Summary - Managed Instance Compliant");
    expect(finding.FindingProviderFields.Severity.Label).to.equal("INFORMATIONAL");
    expect(finding.Description).to.contain("complies with its patch baseline").and.to.not.contain("does not");
    expect(finding).to.not.have.property("Vulnerabilities");
  });

  const resources: [name: string, nodeId: string, scope: Partial<FindingScope>, type: string, id: string][] = [
    ["hybrid", HYBRID, {}, "Other", `arn:aws:ssm:us-east-2:111122223333:managed-instance/${HYBRID}`],
    [
      "hybrid, labelled as the native integration does",
      HYBRID,
      { hybridResourceType: "AwsEc2Instance" },
      "AwsEc2Instance",
      `arn:aws:ssm:us-east-2:111122223333:managed-instance/${HYBRID}`,
    ],
    [
      "in China",
      NODE,
      { partition: "aws-cn", region: "cn-north-1" },
      "AwsEc2Instance",
      `arn:aws-cn:ec2:cn-north-1:111122223333:instance/${NODE}`,
    ],
  ];
  for (const [name, nodeId, scope, type, id] of resources) {
    it(`names the resource: ${name}`, () => {
      const [resource] = build(rated(undefined, "noncompliant", { nodeId }), { ...SCOPE, ...scope }).Resources;
      expect(resource).to.include({ Type: type, Id: id });
    });
  }

  for (const [partition, host] of [
    ["aws", "us-east-2.console.aws.amazon.com"],
    ["aws-cn", "us-east-2.console.amazonaws.cn"],
    ["aws-us-gov", "us-east-2.console.amazonaws-us-gov.com"],
    ["aws-eusc", "us-east-2.console.amazonaws-eusc.eu"],
    ["aws-iso", undefined],
    ["aws-iso-e", undefined],
  ] as const) {
    it(`in ${partition} links to ${host ?? "no console"}`, () => {
      const { SourceUrl } = build(rated(), { ...SCOPE, partition });
      expect(SourceUrl === undefined ? undefined : new URL(SourceUrl).hostname).to.equal(host);
    });
  }

  const remedies: [causes: Parameters<typeof counts>[0], text: RegExp, not: RegExp][] = [
    [{ missing: 1 }, /Operation Install/, /[Rr]eboot|Uninstall/],
    [{ failed: 1 }, /Fix that/, /missing/],
    [{ pendingReboot: 1 }, /^All patches are installed. Reboot/, /[Ii]nstall the/],
    [{ rejected: 1 }, /Uninstall the rejected/, /Reboot/],
    [{ missing: 1, pendingReboot: 2 }, /Operation Install.*Reboot the node/, /only needs/],
  ];
  for (const [causes, text, not] of remedies) {
    it(`tells the remedy of ${JSON.stringify(causes)}`, () => {
      const { Text } = build(rated([source({ counts: counts(causes) })])).Remediation.Recommendation;
      expect(Text).to.match(text).and.to.not.match(not);
    });
  }

  it("counts as the format defines them: missing includes failed, none above 100,000", () => {
    const { PatchSummary } = build(
      rated([source({ counts: counts({ missing: 2, failed: 3, installed: 9_999_999 }) })]),
    );
    expect(PatchSummary).to.include({ MissingCount: 5, FailedCount: 3, InstalledCount: 100_000 });
  });

  it("names the worst patches and how many more there are", () => {
    const patches = Array.from({ length: 900 }, (_, index) =>
      patch({ id: `KB${1000 + index}`, cves: `CVE-2024-${10_000 + index}` }),
    );
    const finding = build(rated([noncompliantSource(patches)]));
    const [fields, { Vulnerabilities = [] }] = [fieldsOf(finding), finding];
    const [names = "", more] = (fields["PatchFindings/WorstPatches"] ?? "").split(" and ");
    expect(more).to.equal(`${900 - names.split(", ").length} more`);
    expect(fields["PatchFindings/Vulnerabilities"]).to.equal(
      `900 CVEs, ${900 - Vulnerabilities.length} of them not listed`,
    );
  });
});
