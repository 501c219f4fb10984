/**
 * Lambda functions. Limits: Lambda API reference, CreateFunction; Developer Guide, "Quotas" and "Environment variables".
 * Replacements: Terraform, aws_lambda_function (function_name, package_type).
 */
import { createHash } from "node:crypto";
import { requireAccess, requireTrust } from "../account/role-access.ts";
import type { Failure } from "../schema/validate.ts";
import { isUnknown, objectOf, textOf, type Values } from "../values.ts";
import { arnOf, integer, oneOf, text } from "./checks.ts";
import { ROLE_ARN } from "./iam.ts";
import { KMS_KEY_ARN } from "./kms-key.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

export const FUNCTION = "aws:lambda/function:Function";
const ENVIRONMENT_BYTES = 4096;

/** Lambda API reference, CreateFunction, without those that Lambda no longer creates. */
const RUNTIMES = [
  ...["nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x", "ruby3.2", "ruby3.3", "ruby3.4", "ruby4.0"],
  ...["python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "python3.15"],
  ...["java8.al2", "java11", "java17", "java21", "java25", "java8.al2023", "java11.al2023", "java17.al2023"],
  ...["dotnet8", "dotnet10", "provided.al2", "provided.al2023"],
];

const RESERVED = new Set(
  [
    ["_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"],
    ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"],
    ["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"],
    ["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ["AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"],
  ].flat(),
);

export const lambdaFunction: ResourceRules = {
  autoName: { property: "name", maximum: 64 },
  replaces: ["name", "packageType"],
  checks: {
    name: text({ minimum: 1, maximum: 64, pattern: /^[\w-]+$/u }),
    description: text({ maximum: 256 }),
    handler: text({ minimum: 1, maximum: 128, pattern: /^\S+$/u }),
    runtime: oneOf(...RUNTIMES),
    memorySize: integer(128, 10_240),
    timeout: integer(1, 900),
    // -1 is Terraform's word for none.
    reservedConcurrentExecutions: integer(-1, 1_000_000),
    architectures: (value) =>
      ["x86_64", "arm64"].some((name) => JSON.stringify([name]) === JSON.stringify(value))
        ? undefined
        : "must be one of x86_64 and arm64",
    role: ROLE_ARN,
    kmsKeyArn: KMS_KEY_ARN,
    packageType: oneOf("Zip", "Image"),
    "ephemeralStorage.size": integer(512, 10_240),
    "tracingConfig.mode": oneOf("Active", "PassThrough"),
    "loggingConfig.logFormat": oneOf("JSON", "Text"),
    "loggingConfig.logGroup": text({ minimum: 1, maximum: 512, pattern: /^[\w./#-]+$/u }),
    "deadLetterConfig.targetArn": arnOf("sqs", "sns"),
    "environment.variables": variablesProblem,
  },
  together: functionFailures,
  identify: (inputs, scope) => {
    const name = textOf(inputs, "name");
    const own = arn(scope, "lambda", `function:${name}`);
    const path = `2015-03-31/functions/${own}/invocations`;
    const invokeArn = `arn:${scope.partition}:apigateway:${scope.region}:lambda:path/${path}`;
    return { id: name, outputs: { arn: own, invokeArn, qualifiedArn: `${own}:$LATEST`, version: "$LATEST" } };
  },
  derive: (inputs) => ({ codeSha256: digest(textOf(objectOf(inputs, "code"), "hash")) }),
  defaults: {
    ...{ packageType: "Zip", publish: false, skipDestroy: false, reservedConcurrentExecutions: -1 },
    ...{ memorySize: 128, timeout: 3, architectures: ["x86_64"] },
  },
  existing: { refusal: (name) => `ResourceConflictException: Function already exist: ${name}` },
  requires: (inputs, account) => {
    const role = textOf(inputs, "role");
    requireTrust(account, role, "lambda.amazonaws.com");
    // "The provided execution role does not have permissions to call PutTraceSegments on XRAY"
    if (objectOf(inputs, "tracingConfig")["mode"] === "Active") {
      requireAccess(account, role, "xray:PutTraceSegments", "*");
    }
  },
};

function variablesProblem(value: unknown): string | undefined {
  const variables = value as Values;
  const names = Object.keys(variables);
  const reserved = names.find((name) => RESERVED.has(name));
  if (reserved !== undefined) return `${reserved} is reserved by Lambda`;
  const wrong = names.find((name) => !/^[a-zA-Z]\w+$/u.test(name));
  if (wrong !== undefined) return `${wrong} is not a name of a variable`;
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  return bytes > ENVIRONMENT_BYTES
    ? `must have at most ${ENVIRONMENT_BYTES} bytes as JSON; it has ${bytes}`
    : undefined;
}

function functionFailures(inputs: Values): Failure[] {
  const given = ["code", "imageUri", "s3Bucket"].filter((name) => inputs[name] !== undefined);
  const required = inputs["packageType"] === "Image" ? [] : ["handler", "runtime"];
  const { logGroup } = objectOf(inputs, "loggingConfig");
  return [
    ...(given.length === 1 ? [] : [{ property: "code", reason: "give exactly one of code, imageUri and s3Bucket" }]),
    ...required
      .filter((name) => inputs[name] === undefined)
      .map((property) => ({ property, reason: "is required for a Zip package" })),
    ...(typeof logGroup === "string" && !isUnknown(logGroup) && /^aws\//u.test(logGroup)
      ? [{ property: "loggingConfig.logGroup", reason: "must not start with aws/" }]
      : []),
  ];
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64");
