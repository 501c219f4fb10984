import { expect } from "chai";
import { requiredPermissions } from "../../local/services/iam/iam-actions.ts";
import { isAllowed, parsePolicy, type Policy } from "../../local/services/iam/iam.ts";
import { ACCOUNT, captureProgram, Program } from "../fixtures/captured-program.ts";

const NOTE = { Note: { Text: "closed", UpdatedBy: "patch-manager-findings" } };
const RESOLVED = { Workflow: { Status: "RESOLVED" } };

/** A BatchUpdateFindings request's fields, and whether Publish's role may send them. */
const updates: readonly (readonly [what: string, fields: object, allowed: boolean])[] = [
  ["RESOLVED with a note", { ...RESOLVED, ...NOTE }, true],
  ["RESOLVED without a note", RESOLVED, true],
  ["NEW", { Workflow: { Status: "NEW" } }, true],
  ["SUPPRESSED", { Workflow: { Status: "SUPPRESSED" } }, false],
  ["SUPPRESSED with a note", { Workflow: { Status: "SUPPRESSED" }, ...NOTE }, false],
  ["NOTIFIED", { Workflow: { Status: "NOTIFIED" } }, false],
  ["a severity", { ...RESOLVED, Severity: { Label: "LOW" } }, false],
  ["a normalized severity", { Severity: { Normalized: 1 } }, false],
  ["a product's severity", { Severity: { Product: 1 } }, false],
  ["types", { ...RESOLVED, Types: ["Software and Configuration Checks"] }, false],
  ["user-defined fields", { UserDefinedFields: { team: "payments" } }, false],
  ["a confidence", { Confidence: 0 }, false],
  ["a criticality", { ...RESOLVED, Criticality: 50 }, false],
  ["related findings", { RelatedFindings: [{ ProductArn: "arn:aws:securityhub:x:1:y", Id: "1" }] }, false],
  ["a verification state", { VerificationState: "FALSE_POSITIVE" }, false],
];

const EXCEPTION = { patches: { ids: ["KB1"] }, owner: "Ann", reason: "replaced in June", until: "2020-06-30" };
/** With exceptions the role may also suppress findings, and nothing else. */
const stacks: readonly { title: string; settings: Record<string, unknown>; may: readonly string[] }[] = [
  { title: "Publish's role updates findings", settings: {}, may: [] },
  {
    title: "Publish's role updates findings in a stack with exceptions",
    settings: { exceptions: [EXCEPTION] },
    may: ["SUPPRESSED", "SUPPRESSED with a note"],
  },
];

for (const { title, settings, may } of stacks) {
  describe(title, () => {
    let policies: readonly Policy[];
    let roleArn: string;
    before(async () => {
      const program = new Program(await captureProgram(["eu-west-1"], settings));
      roleArn = program.arn("Role", "publish");
      policies = [parsePolicy(String(program.one("RolePolicy", "publish-policy").inputs["policy"]))];
    });

    for (const [what, fields, general] of updates) {
      const allowed = general || may.includes(what);
      it(`${allowed ? "with" : "never with"} ${what}`, () => {
        const input = { FindingIdentifiers: [{ Id: "x", ProductArn: "y" }], ...fields };
        const caller = { roleArn, account: ACCOUNT, region: "eu-west-1" };
        const asked = requiredPermissions("securityhub", "BatchUpdateFindings", input, caller);
        expect(asked.every((permission) => isAllowed(policies, permission).allowed)).to.equal(allowed);
      });
    }
  });
}
