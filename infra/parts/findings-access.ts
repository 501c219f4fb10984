import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";

/**
 * Returns the permission to read the Region's findings.
 *
 * @example
 * const statements = [readFindings(scope)];
 */
export function readFindings({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["securityhub:GetFindings"],
    Resource: pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:hub/default`,
  };
}

/**
 * Returns the permission to import findings of this account, into the account's default product only.
 *
 * @example
 * const statements = settings.planOnly ? [] : [importFindings(scope)];
 */
export function importFindings({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["securityhub:BatchImportFindings"],
    Resource: pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    Condition: { StringEquals: { "securityhub:TargetAccount": account } },
  };
}

/** Fields of BatchUpdateFindings that this program never sets: they are for people. */
const PEOPLES_FIELDS = [
  ...["Confidence", "Criticality", "RelatedFindings", "Types", "VerificationState"],
  ...["Severity.Label", "Severity.Normalized", "Severity.Product"],
  ...["UserDefinedFields.key", "UserDefinedFields.value"],
];

/**
 * Returns the permission to set a note and the workflow status NEW or RESOLVED, and SUPPRESSED if the stack has
 * exceptions. IAM knows no resource below the hub, so
 * the code decides which findings are updated.
 *
 * The form of the Deny statements is from the AWS Security Hub User Guide ("Configuring access to
 * BatchUpdateFindings"). The field names are from the AWS managed policy AWSSystemsManagerOpsDataSyncServiceRolePolicy.
 * Each field has its own statement, because IAM combines the keys of one condition with AND.
 *
 * @param maySuppress whether exceptions may suppress findings
 * @example
 * const statements = [importFindings(scope), ...updateWorkflow(scope, false)];
 */
export function updateWorkflow({ partition, region, account }: AccountScope, maySuppress: boolean): Statement[] {
  const Resource = pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:hub/default`;
  const Action = ["securityhub:BatchUpdateFindings"];
  const path = (field: string) => `securityhub:ASFFSyntaxPath/${field}`;
  const deny = (Condition: NonNullable<Statement["Condition"]>): Statement => ({
    Effect: "Deny",
    Action,
    Resource,
    Condition,
  });
  return [
    { Effect: "Allow", Action, Resource },
    ...["NOTIFIED", ...(maySuppress ? [] : ["SUPPRESSED"])].map((status) =>
      deny({ StringEquals: { [path("Workflow.Status")]: status } }),
    ),
    ...PEOPLES_FIELDS.map((field) => deny({ Null: { [path(field)]: "false" } })),
  ];
}
