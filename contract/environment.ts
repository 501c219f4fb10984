/** The environment variables of the Lambda functions: infra/ sets them, functions/ reads them. */
import { parseUnmanagedInstances, parseWords } from "./unmanaged-instances.ts";

type Parser = (text: string) => unknown;

/** How the functions read each variable. A parser throws an Error that says what is allowed. */
const PARSERS = {
  /** The account of the nodes and the findings. */
  ACCOUNT_ID: text,
  /** Lambda sets this variable. */
  AWS_REGION: text,
  /** Days without a patch operation after which a node is a blind spot. */
  BLIND_SPOT_DAYS: whole("days"),
  COMPANY_NAME: text,
  /** ASFF resource type of hybrid nodes. */
  HYBRID_RESOURCE_TYPE: text,
  /** The most executions that dispatch lets run at the same time. */
  MAXIMUM_EXECUTIONS: whole(),
  OUTAGE_QUEUE_URL: text,
  PARTITION: text,
  /** Beginnings of platform names, as JSON. */
  PLATFORMS_WITHOUT_BLIND_SPOTS: parseWords,
  /** Whether Publish only logs what it would publish. */
  PLAN_ONLY: flag,
  POWERTOOLS_METRICS_NAMESPACE: text,
  /** Value of the metrics' dimension `service`. */
  POWERTOOLS_SERVICE_NAME: text,
  PRODUCT_NAME: text,
  QUARANTINE_QUEUE_URL: text,
  /** Minutes between two runs of redrive. */
  REDRIVE_MINUTES: whole("minutes"),
  STATE_MACHINE_ARN: text,
  /** Hours from one sweep to the next. */
  SWEEP_HOURS: whole("hours"),
  SWEEP_QUEUE_URL: text,
  /** Which instances must be managed, as JSON. */
  UNMANAGED_INSTANCES: parseUnmanagedInstances,
  WORK_QUEUE_URL: text,
} as const satisfies Readonly<Record<string, Parser>>;

export type VariableName = keyof typeof PARSERS;

/** Variables that are set only if their setting is, with the functions that read them. */
export const OPTIONAL_VARIABLES = {
  /** With PARTITION: for the ARNs of nodes whose tags are read, if a policy names a tag. */
  ACCOUNT_ID: ["gather"],
  PARTITION: ["gather"],
  PLATFORMS_WITHOUT_BLIND_SPOTS: ["evaluate", "sweep"],
  UNMANAGED_INSTANCES: ["sweep"],
} as const satisfies Readonly<Partial<Record<VariableName, readonly string[]>>>;
export type OptionalVariable = keyof typeof OPTIONAL_VARIABLES;

/** Every variable with the type of its value. */
export type Variables = { readonly [Name in VariableName]: ReturnType<(typeof PARSERS)[Name]> };

const METRICS = ["POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"] as const;
const FINDINGS = ["ACCOUNT_ID", "PARTITION", "PRODUCT_NAME", "COMPANY_NAME", "HYBRID_RESOURCE_TYPE"] as const;

/** The variables of a function that reads or writes findings. */
export type FindingVariable = (typeof FINDINGS)[number];

/** The variables that infra/ sets for each function. */
export const FUNCTION_VARIABLES = {
  dispatch: [
    ...METRICS,
    ...["ACCOUNT_ID", "STATE_MACHINE_ARN", "MAXIMUM_EXECUTIONS"],
    ...["WORK_QUEUE_URL", "OUTAGE_QUEUE_URL", "QUARANTINE_QUEUE_URL"],
  ],
  "resolve-window": [],
  gather: [...METRICS, "BLIND_SPOT_DAYS"],
  evaluate: [...METRICS, "BLIND_SPOT_DAYS"],
  "choose-severity": [],
  publish: [...FINDINGS, ...METRICS, "PLAN_ONLY", "WORK_QUEUE_URL", "QUARANTINE_QUEUE_URL"],
  redrive: [
    ...FINDINGS,
    ...METRICS,
    ...["OUTAGE_QUEUE_URL", "WORK_QUEUE_URL", "QUARANTINE_QUEUE_URL", "REDRIVE_MINUTES"],
  ],
  sweep: [...FINDINGS, ...METRICS, ...["BLIND_SPOT_DAYS", "SWEEP_HOURS", "SWEEP_QUEUE_URL", "WORK_QUEUE_URL"]],
} as const satisfies Readonly<Record<string, readonly VariableName[]>>;

/** The Lambda functions, by the names of their entry files. */
export type FunctionName = keyof typeof FUNCTION_VARIABLES;

export type VariableOf<Name extends FunctionName> = (typeof FUNCTION_VARIABLES)[Name][number];

/** Environment variables as the process holds them. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>;

/**
 * Reads one variable.
 *
 * @throws {Error} naming the variable, its value, and what is allowed
 * @example
 * parseVariable("BLIND_SPOT_DAYS", { BLIND_SPOT_DAYS: "30" }); // 30
 */
export function parseVariable<Name extends VariableName>(name: Name, env: ProcessVariables): Variables[Name] {
  const value = env[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  try {
    return PARSERS[name](value) as Variables[Name];
  } catch (error) {
    const allowed = error instanceof Error ? error.message : String(error);
    throw new Error(`environment variable ${name} is ${JSON.stringify(value.slice(0, 100))}: ${allowed}`, {
      cause: error,
    });
  }
}

/**
 * Reads the variables of one function.
 *
 * @throws {Error} for the first variable that is missing or malformed
 * @example
 * const { STATE_MACHINE_ARN } = parseEnvironment("dispatch", process.env);
 */
export function parseEnvironment<Name extends FunctionName>(
  name: Name,
  env: ProcessVariables,
): Pick<Variables, VariableOf<Name>> {
  const values = FUNCTION_VARIABLES[name].map((variable) => [variable, parseVariable(variable, env)] as const);
  return Object.fromEntries(values) as Pick<Variables, VariableOf<Name>>;
}

/**
 * Reads a variable that need not be set.
 *
 * @returns undefined if it is not set
 * @throws {Error} for a malformed value
 * @example
 * optionalVariable("UNMANAGED_INSTANCES", process.env)?.minimumAgeHours;
 */
export function optionalVariable<Name extends OptionalVariable>(
  name: Name,
  env: ProcessVariables,
): Variables[Name] | undefined {
  return env[name] === undefined ? undefined : parseVariable(name, env);
}

function text(value: string): string {
  if (value === "") throw new Error("must not be empty");
  return value;
}

function whole(unit?: string): (value: string) => number {
  const what = unit === undefined ? "a whole number" : `a whole number of ${unit}`;
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) throw new Error(`must be ${what}, at least 1`);
    return number;
  };
}

function flag(value: string): boolean {
  if (value !== "true" && value !== "false") throw new Error("must be true or false");
  return value === "true";
}
