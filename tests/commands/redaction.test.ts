import { expect } from "chai";
import * as records from "../../commands/capture-fleet/redacted-records.ts";
import { pseudonyms, REDACTED_ACCOUNT, type Rule } from "../../commands/capture-fleet/redaction.ts";
import { NODE_ID } from "../../local/fleet/fleet-records.ts";

const names = pseudonyms();
const NODE = "i-0123456789abcdef0";
const UUID = "06a9ea56-c231-43e0-873c-4f3587271ded";
const ARN = `arn:aws:ec2:eu-west-1:111122223333:instance/${NODE}`;

describe("redaction: pseudonyms", () => {
  const shapes: [value: string, shape: RegExp][] = [
    [NODE, NODE_ID],
    ["i-01234567", NODE_ID],
    ["mi-0123456789abcdef0", /^mi-[0-9a-f]{17}$/],
    [UUID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ["pb-0c1a2b3c4d5e6f701", /^pb-[0-9a-f]{17}$/],
    ["arn:aws:ssm:eu-west-1:111122223333:patchbaseline/pb-0c1a2b3c4d5e6f701", /^pb-[0-9a-f]{17}$/],
    ["web-win-1.corp.example.com", /^redacted-[0-9a-f]{12}$/],
    ["10.20.1.11", /^redacted-[0-9a-f]{12}$/],
    [`${NODE} of ann`, /^redacted-[0-9a-f]{12}$/],
    ["", /^$/],
  ];
  for (const [value, shape] of shapes) {
    it(`replace ${JSON.stringify(value)} in the same format: always the same in one capture, different in another`, () => {
      const pseudonym = names.of(value);
      expect(pseudonym).to.match(shape);
      expect(names.of(value)).to.equal(pseudonym);
      if (value === "") return;
      expect(pseudonym).to.not.equal(value);
      expect(pseudonyms().of(value)).to.not.equal(pseudonym);
    });
  }

  it("replace ids and accounts within a text, consistently", () => {
    expect(names.within(ARN)).to.equal(`arn:aws:ec2:eu-west-1:${REDACTED_ACCOUNT}:instance/${names.of(NODE)}`);
    const id = `patch-manager-findings/eu-west-1/111122223333/${NODE}/blind-spot`;
    expect(names.within(id)).to.equal(
      `patch-manager-findings/eu-west-1/${REDACTED_ACCOUNT}/${names.of(NODE)}/blind-spot`,
    );
    expect(names.within("KB5068781 of 2026-11")).to.equal("KB5068781 of 2026-11");
  });
});

describe("redaction: records", () => {
  const redact = (rule: Rule, value: object) => rule(value, names) as Record<string, unknown>;

  const all: [name: string, rule: Rule, type?: string][] = [
    ["a node", records.node],
    ["a patch state", records.patchState],
    ["a patch", records.complianceItem, "Patch"],
    ["an association", records.complianceItem, "Association"],
    ["a summary", records.complianceSummary],
    ["inventory", records.inventoryRows],
    ["an instance", records.reservation],
    ["a finding", records.finding],
  ];
  for (const [name, rule, ComplianceType] of all) {
    it(`leave out unknown members of ${name}`, () => {
      const unknown = { Secret: "s3cret", Tags: { Owner: "s3cret" }, More: ["s3cret"], Count: 7 };
      const value = { ...unknown, InstanceId: NODE, Details: unknown, ProductFields: unknown, Resources: [unknown] };
      const text = JSON.stringify(redact(rule, { ...value, Entries: [unknown], Instances: [unknown], ComplianceType }));
      expect(text).to.not.match(/s3cret|Secret|Owner|Count/);
      expect(text).to.not.contain(NODE);
    });
  }

  it("keep the name, state, level and CVEs of a patch, and hide its group and baseline", () => {
    const patch = {
      ComplianceType: "Patch",
      ResourceId: NODE,
      Id: "KB5068781",
      Title: "2026-11 Cumulative Update",
      Status: "NON_COMPLIANT",
      Severity: "CRITICAL",
      ExecutionSummary: { ExecutionTime: "2026-11-16T02:00:11Z", ExecutionId: UUID, ExecutionType: "PatchPolicy" },
      Details: {
        PatchState: "Missing",
        PatchGroup: "prod",
        CVEIds: "CVE-2026-40361",
        PatchBaselineId: "pb-0c1a2b3c4d5e6f701",
      },
    };
    expect(redact(records.complianceItem, patch)).to.deep.equal({
      ...patch,
      ResourceId: names.of(NODE),
      ExecutionSummary: { ...patch.ExecutionSummary, ExecutionId: names.of(UUID) },
      Details: { ...patch.Details, PatchGroup: names.of("prod"), PatchBaselineId: names.of("pb-0c1a2b3c4d5e6f701") },
    });
  });

  const association = (DetailedText: string, parts: object = {}) => ({
    ComplianceType: "Association",
    ResourceId: NODE,
    Id: UUID,
    Title: "baseline of ann",
    Details: { DocumentName: "AWS-RunPatchBaselineAssociation", DetailedText, ...parts },
  });
  const details = (value: object) => redact(records.complianceItem, value)["Details"] as Record<string, string>;

  it("apply to the counts that an association writes as JSON text", () => {
    const text = JSON.stringify({ PatchGroup: "prod", MissingCount: "3", NonCompliantSeverity: "HIGH", Secret: "x" });
    const { DetailedText = "", DocumentName } = details(association(text));
    expect(JSON.parse(DetailedText)).to.deep.equal({
      PatchGroup: names.of("prod"),
      MissingCount: "3",
      NonCompliantSeverity: "HIGH",
    });
    expect(DocumentName).to.equal("AWS-RunPatchBaselineAssociation");
    expect(redact(records.complianceItem, association(text))).to.include({
      Id: names.of(UUID),
      Title: names.of("baseline of ann"),
    });
  });

  for (const broken of ["{not JSON of ann", "[]", '"ann"', "null"]) {
    it(`hide ${broken} instead of these counts`, () => {
      expect(details(association(broken))["DetailedText"]).to.equal(names.of(broken));
    });
  }

  const documents: [name: string, expected: string][] = [
    ["AWS-RunPatchBaseline", "AWS-RunPatchBaseline"],
    [
      "arn:aws:ssm:us-east-2::document/AWS-RunPatchBaselineAssociation",
      "arn:aws:ssm:us-east-2::document/AWS-RunPatchBaselineAssociation",
    ],
    ["ann-patches", names.of("ann-patches")],
    ["AWS-RunPatchBaseline of ann", names.of("AWS-RunPatchBaseline of ann")],
    ["", ""],
  ];
  for (const [name, expected] of documents) {
    it(`show the document ${JSON.stringify(name)} as ${JSON.stringify(expected)}`, () => {
      expect(details(association("{}", { DocumentName: name }))["DocumentName"]).to.equal(expected);
    });
  }

  it("hide the subject of custom compliance", () => {
    const custom = {
      ComplianceType: "Custom:AnnsBackup",
      ResourceId: NODE,
      Id: "ann",
      Title: "ann",
      Details: { Owner: "ann" },
    };
    const redacted = redact(records.complianceItem, custom);
    expect(redacted["ComplianceType"]).to.match(/^Custom:redacted-/);
    expect(JSON.stringify(redacted)).to.not.match(/ann/i);
  });
});
