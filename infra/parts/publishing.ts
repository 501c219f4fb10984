import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";
import type { Queues } from "../flow/queues.ts";
import type { Settings } from "../settings.ts";

export const METRICS_NAMESPACE = "PatchManagerFindings";

/** Value of the metrics' dimension `service`: tells stacks and Regions in one account apart. */
export type MetricsService = string;

/** What the components whose functions speak with Security Hub are made from. */
export interface PublishingArgs {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly settings: Settings;
  readonly service: MetricsService;
}

/** Where a function's metrics go. */
export function metricsEnvironment(service: MetricsService) {
  return { POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME: service };
}

/** What a function needs to know to speak with Security Hub about this deployment's findings. */
export function findingsEnvironment(scope: AccountScope, settings: Settings, service: MetricsService) {
  return {
    ACCOUNT_ID: scope.account,
    PARTITION: scope.partition,
    PRODUCT_NAME: settings.productName,
    COMPANY_NAME: settings.companyName,
    HYBRID_RESOURCE_TYPE: settings.hybridResourceType,
    ...metricsEnvironment(service),
  };
}

export function readFindings({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["securityhub:GetFindings"],
    Resource: pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:hub/default`,
  };
}

/** Only into the account's own default product, and only findings of this account. */
export function importFindings({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["securityhub:BatchImportFindings"],
    Resource: pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    Condition: { StringEquals: { "securityhub:TargetAccount": account } },
  };
}

/** Fields that BatchUpdateFindings may set for people, and never for this program. */
const PEOPLES_FIELDS = [
  ...["Confidence", "Criticality", "RelatedFindings", "Types", "VerificationState"],
  ...["Severity.Label", "Severity.Normalized", "Severity.Product"],
  ...["UserDefinedFields.key", "UserDefinedFields.value"],
];

/** Workflow statuses that only people set. */
const PEOPLES_STATUSES = ["NOTIFIED", "SUPPRESSED"];

/**
 * Allows to set the workflow status to NEW or RESOLVED, and a note. IAM has no finer resource than the hub; which
 * findings are updated, reconciling decides. The Deny statements have the form of the AWS Security Hub User Guide
 * ("Configuring access to BatchUpdateFindings"), and the fields the names of the AWS managed policy
 * AWSSystemsManagerOpsDataSyncServiceRolePolicy. Each field needs its own statement: the keys of one condition must all
 * match.
 */
export function updateWorkflow({ partition, region, account }: AccountScope): Statement[] {
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
    ...PEOPLES_STATUSES.map((status) => deny({ StringEquals: { [path("Workflow.Status")]: status } })),
    ...PEOPLES_FIELDS.map((field) => deny({ Null: { [path(field)]: "false" } })),
  ];
}
