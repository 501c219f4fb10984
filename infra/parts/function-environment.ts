import type * as pulumi from "@pulumi/pulumi";
import {
  FUNCTION_VARIABLES,
  OPTIONAL_VARIABLES,
  type FunctionName,
  type OptionalVariable,
  type VariableName,
  type VariableOf,
} from "../../contract/environment.ts";
import { METRICS_NAMESPACE } from "../../contract/metrics.ts";
import type { UnmanagedInstances } from "../../contract/unmanaged-instances.ts";
import { namesTags } from "../settings/stack-policies.ts";
import { queueUrl } from "./arns.ts";
import type { StackContext } from "../stack-context.ts";

/** Variables that the component of a function sets. */
type OwnVariable = "STATE_MACHINE_ARN" | "SWEEP_QUEUE_URL";
/** Variables that no function always has. */
type SettingVariable = Exclude<OptionalVariable, "ACCOUNT_ID" | "PARTITION">;
type StackVariable = Exclude<VariableName, OwnVariable | SettingVariable | "AWS_REGION">;
type Values<Name extends VariableName> = Readonly<Record<Name, pulumi.Input<string>>>;

/** The variables of a function that its component must give; the others come from the context. */
export type OwnVariables<Name extends FunctionName> = Values<Extract<VariableOf<Name>, OwnVariable>>;

/**
 * Returns exactly the environment variables that a function reads.
 *
 * @example
 * const variables = functionEnvironment("sweep", context, { SWEEP_QUEUE_URL: queue.url });
 */
export function functionEnvironment(
  name: FunctionName,
  context: StackContext,
  own: Partial<Values<OwnVariable>>,
): Readonly<Record<string, pulumi.Input<string>>> {
  const values: Partial<Values<VariableName>> = { ...stackVariables(context), ...own };
  const optional = Object.entries(optionalVariables(context)).filter(([variable]) =>
    (OPTIONAL_VARIABLES[variable as OptionalVariable] as readonly string[]).includes(name),
  );
  const required = Object.fromEntries(
    FUNCTION_VARIABLES[name].map((variable) => {
      const value = values[variable];
      if (value === undefined) throw new Error(`no value for the environment variable ${variable} of ${name}`);
      return [variable, value];
    }),
  );
  return { ...required, ...Object.fromEntries(optional) };
}

function optionalVariables({ scope, settings }: StackContext): Partial<Values<OptionalVariable>> {
  const { platformsWithoutBlindSpots: platforms, unmanagedInstances } = settings;
  return {
    ...(namesTags(settings) && { ACCOUNT_ID: scope.account, PARTITION: scope.partition }),
    ...(platforms.length > 0 && { PLATFORMS_WITHOUT_BLIND_SPOTS: JSON.stringify(platforms) }),
    ...(unmanagedInstances !== undefined && { UNMANAGED_INSTANCES: JSON.stringify(withLists(unmanagedInstances)) }),
  };
}

/** Returns the setting as the sweep reads it: with a list of values for each tag key. */
function withLists(setting: NonNullable<StackContext["settings"]["unmanagedInstances"]>): UnmanagedInstances {
  const tags = Object.entries(setting.leaveOutTags).map(([key, values]) => [key, [values].flat()] as const);
  return { ...setting, leaveOutTags: Object.fromEntries(tags) };
}

function stackVariables({ queues, scope, settings, service }: StackContext): Values<StackVariable> {
  return {
    ACCOUNT_ID: scope.account,
    BLIND_SPOT_DAYS: String(settings.blindSpotDays),
    COMPANY_NAME: settings.companyName,
    HYBRID_RESOURCE_TYPE: settings.hybridResourceType,
    MAXIMUM_EXECUTIONS: String(settings.maximumExecutions),
    OUTAGE_QUEUE_URL: queueUrl(scope, queues.outage),
    PARTITION: scope.partition,
    PLAN_ONLY: String(settings.planOnly),
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    POWERTOOLS_SERVICE_NAME: service,
    PRODUCT_NAME: settings.productName,
    QUARANTINE_QUEUE_URL: queueUrl(scope, queues.quarantine),
    REDRIVE_MINUTES: String(settings.redriveMinutes),
    SWEEP_HOURS: String(settings.sweepHours),
    WORK_QUEUE_URL: queueUrl(scope, queues.work),
  };
}
