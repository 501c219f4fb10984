import type { StackContext } from "../stack-context.ts";

export const METRICS_NAMESPACE = "PatchManagerFindings";

/** Returns the variables that Powertools reads: where a function's metrics go. */
export function metricsEnvironment({ service }: Pick<StackContext, "service">) {
  return { POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME: service };
}

/** Returns the variables of a function that reads or writes this deployment's findings. */
export function findingsEnvironment({ scope, settings, service }: Omit<StackContext, "queues">) {
  return {
    ACCOUNT_ID: scope.account,
    PARTITION: scope.partition,
    PRODUCT_NAME: settings.productName,
    COMPANY_NAME: settings.companyName,
    HYBRID_RESOURCE_TYPE: settings.hybridResourceType,
    ...metricsEnvironment({ service }),
  };
}
