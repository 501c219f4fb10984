import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { BUNDLE_DIRECTORY, type FunctionName } from "./bundles.ts";
import type { Settings } from "../settings.ts";
import { policyDocument, trace, trustPolicy, type Statement } from "./policy.ts";

export interface LambdaFunctionArgs {
  /** Its bundle, and its entry file in functions/. */
  readonly entry: FunctionName;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** All that the function may do, besides writing its own log. */
  readonly statements: readonly Statement[];
  readonly settings: Pick<Settings, "logRetentionDays" | "permissionsBoundary" | "tracing" | "reservedConcurrency">;
}

/** A Lambda function with a role of its own and a log group with retention. */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:LambdaFunction", name, {}, opts);
    const parent = { parent: this };
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { retentionInDays: args.settings.logRetentionDays },
      parent,
    );
    const role = this.role(name, args);
    const ownLog: Statement = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logGroup.arn}:log-stream:*`,
    };
    const { tracing, reservedConcurrency } = args.settings;
    const statements = [ownLog, ...(tracing ? [trace()] : []), ...args.statements];
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: policyDocument(statements) },
      parent,
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        description: args.description,
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: `${args.entry}.handler`,
        code: bundle(args.entry),
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMegabytes,
        environment: { variables: args.environment },
        tracingConfig: { mode: tracing ? "Active" : "PassThrough" },
        reservedConcurrentExecutions: reservedConcurrency,
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      },
      // A function that runs before its policy is attached fails its first calls.
      { ...parent, dependsOn: [policy] },
    );
    this.arn = lambda.arn;
    this.name = lambda.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  /** Has the function's own name: with Pulumi's suffix it must stay within the 64 characters of IAM. */
  private role(name: string, { description, settings }: LambdaFunctionArgs): aws.iam.Role {
    const { permissionsBoundary } = settings;
    return new aws.iam.Role(
      name,
      { description, assumeRolePolicy: trustPolicy("lambda.amazonaws.com"), permissionsBoundary },
      { parent: this },
    );
  }
}

function bundle(entry: FunctionName): pulumi.asset.AssetArchive {
  const file = `${entry}.cjs`;
  return new pulumi.asset.AssetArchive({ [file]: new pulumi.asset.FileAsset(join(BUNDLE_DIRECTORY, file)) });
}
