import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { Component } from "./component.ts";
import type { StackContext } from "../stack-context.ts";
import type { FunctionName } from "../../contract/environment.ts";
import type { AccountScope } from "./account-scope.ts";
import { BUNDLE_DIRECTORY } from "./bundles.ts";
import { functionArn, logGroupArn, roleArn, ruleArn } from "./arns.ts";
import { functionEnvironment, type OwnVariables } from "./function-environment.ts";
import { detectsLoops } from "./loop-detection.ts";
import { policyAssets } from "./policies-file.ts";
import { policyDocument, trace, trustPolicy, type Statement } from "./policy.ts";
import { consumerGrant, consumerMapping, type QueueConsumer } from "./queue-consumer.ts";
import { receiveFrom, sendTo } from "./queue-grants.ts";
import { useQueueKey } from "./queue-key.ts";

interface Definition<Name extends FunctionName> {
  /** Name of the bundle, and of the entry file in functions/. */
  readonly entry: Name;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Environment variables that do not come from the context. */
  readonly variables: OwnVariables<Name>;
  /** Messages of this queue invoke the function. */
  readonly consumes?: QueueConsumer;
  /** The function's code receives, deletes and returns messages of this queue. */
  readonly polls?: aws.sqs.Queue;
  /** The function's code sends messages to these queues. */
  readonly sendsTo?: readonly aws.sqs.Queue[];
  /** Permissions besides those on its log, its traces and the queues above. */
  readonly statements: readonly Statement[];
  readonly context: StackContext;
}

export type LambdaFunctionArgs = { [Name in FunctionName]: Definition<Name> }[FunctionName];

/** The event source mapping and the schedule are siblings of the function, so the function needs a parent. */
type Options = pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource };

/**
 * Creates a Lambda function with its own role, its own log group, and the permissions on the queues that it uses.
 *
 * @example
 * const args = {
 *   ...{ entry: "redrive", description: "Retries the nodes in the outage queue", timeoutSeconds: 300 },
 *   ...{ memoryMegabytes: 256, variables: {}, polls: queues.outage, sendsTo: [queues.work], statements: [], context },
 * };
 * const schedule = new LambdaFunction(name, args, { parent: this }).onSchedule(every(5, "minute"), "Starts redrive");
 */
export class LambdaFunction extends Component {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly #logicalName: string;
  readonly #scope: AccountScope;
  readonly #sibling: { readonly parent: pulumi.Resource };

  constructor(name: string, args: LambdaFunctionArgs, opts: Options) {
    super("parts:LambdaFunction", name, opts);
    this.#logicalName = name;
    this.#scope = args.context.scope;
    this.#sibling = { parent: opts.parent };
    const logGroup = this.createLogGroup(args);
    const role = this.createRole(args);
    const policy = this.createPolicy(role, logGroup, args);
    const lambda = this.createFunction(role, logGroup, policy, args);
    this.arn = functionArn(args.context.scope, lambda);
    if (args.consumes !== undefined) {
      consumerMapping(`${name}-mapping`, this.#scope, args.consumes, this.arn, this.#sibling);
    }
    this.name = lambda.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  /**
   * Invokes the function on a schedule. There is no dead-letter queue: the next run does the work of a lost one.
   *
   * @param scheduleExpression an EventBridge rate expression
   * @param description what the EventBridge console shows
   * @returns the schedule's rule
   */
  onSchedule(scheduleExpression: string, description: string): aws.cloudwatch.EventRule {
    const name = this.#logicalName;
    const schedule = { description, scheduleExpression };
    const rule = new aws.cloudwatch.EventRule(`${name}-schedule`, schedule, this.#sibling);
    new aws.lambda.Permission(
      `${name}-permission`,
      {
        action: "lambda:InvokeFunction",
        function: this.name,
        principal: "events.amazonaws.com",
        sourceArn: ruleArn(this.#scope, rule),
      },
      this.#sibling,
    );
    new aws.cloudwatch.EventTarget(`${name}-target`, { rule: rule.name, arn: this.arn }, this.#sibling);
    return rule;
  }

  /**
   * Lets the function send to the queue that invokes it. Otherwise Lambda stops such a loop after about 16 rounds (AWS
   * Lambda Developer Guide, "Recursive loop detection"). The function must end its loops itself. Where Lambda does not
   * detect loops, nothing is to be allowed, and AWS may not know the call.
   */
  allowLoop(): void {
    if (!detectsLoops(this.#scope.region)) return;
    const args = { functionName: this.name, recursiveLoop: "Allow" };
    new aws.lambda.FunctionRecursionConfig(`${this.#logicalName}-recursion`, args, this.#sibling);
  }

  private createLogGroup({ context }: LambdaFunctionArgs): aws.cloudwatch.LogGroup {
    const { logRetentionDays } = context.settings;
    const name = `${this.#logicalName}-log`;
    return new aws.cloudwatch.LogGroup(name, { retentionInDays: logRetentionDays }, { parent: this });
  }

  /** The role has the function's name: with Pulumi's suffix it must stay within IAM's 64 characters. */
  private createRole({ description, context }: LambdaFunctionArgs): aws.iam.Role {
    const { permissionsBoundary } = context.settings;
    return new aws.iam.Role(
      this.#logicalName,
      { description, assumeRolePolicy: trustPolicy("lambda.amazonaws.com"), permissionsBoundary },
      { parent: this },
    );
  }

  private createPolicy(
    role: aws.iam.Role,
    logGroup: aws.cloudwatch.LogGroup,
    args: LambdaFunctionArgs,
  ): aws.iam.RolePolicy {
    const ownLog: Statement = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logGroupArn(args.context.scope, logGroup)}:log-stream:*`,
    };
    const traces = args.context.settings.tracing ? [trace()] : [];
    const policy = policyDocument([ownLog, ...traces, ...statementsOf(args)]);
    return new aws.iam.RolePolicy(`${this.#logicalName}-policy`, { role: role.name, policy }, { parent: this });
  }

  private createFunction(
    role: aws.iam.Role,
    logGroup: aws.cloudwatch.LogGroup,
    policy: aws.iam.RolePolicy,
    { entry, description, timeoutSeconds, memoryMegabytes, variables, context }: LambdaFunctionArgs,
  ): aws.lambda.Function {
    const { tracing, reservedConcurrency } = context.settings;
    return new aws.lambda.Function(
      this.#logicalName,
      {
        description,
        role: roleArn(context.scope, role),
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: `${entry}.handler`,
        code: codeOf(entry, context),
        timeout: timeoutSeconds,
        memorySize: memoryMegabytes,
        environment: { variables: functionEnvironment(entry, context, variables) },
        tracingConfig: { mode: tracing ? "Active" : "PassThrough" },
        reservedConcurrentExecutions: reservedConcurrency,
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      },
      // The first calls of a function fail if its policy is not attached yet.
      { parent: this, dependsOn: [policy] },
    );
  }
}

/** A role that uses a queue also uses the queue's key. */
function statementsOf({ consumes, polls, sendsTo, statements, context }: LambdaFunctionArgs): Statement[] {
  const { scope, settings } = context;
  const queues = [
    ...(consumes === undefined ? [] : [consumerGrant(scope, consumes)]),
    ...(polls === undefined ? [] : [receiveFrom(scope, polls, true)]),
    ...(sendsTo === undefined ? [] : [sendTo(scope, sendsTo)]),
  ];
  const key = queues.length === 0 ? [] : useQueueKey(settings, scope);
  return [...queues, ...statements, ...key];
}

function codeOf(entry: FunctionName, { policiesFile }: StackContext): pulumi.asset.AssetArchive {
  const file = `${entry}.cjs`;
  const bundle = new pulumi.asset.FileAsset(join(BUNDLE_DIRECTORY, file));
  return new pulumi.asset.AssetArchive({ [file]: bundle, ...policyAssets(entry, policiesFile) });
}
