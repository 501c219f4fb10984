import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

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

/** Authorised on the hub. IAM has no finer resource for it; which findings are updated, reconciling decides. */
export function updateWorkflow({ partition, region, account }: AccountScope): Statement {
  return {
    Effect: "Allow",
    Action: ["securityhub:BatchUpdateFindings"],
    Resource: pulumi.interpolate`arn:${partition}:securityhub:${region}:${account}:hub/default`,
  };
}
