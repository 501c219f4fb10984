import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import { renderDefinition } from "../../statemachine/definition.ts";
import { queueUrl, roleArn, stateMachineArn } from "../parts/arns.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { policyDocument, trace, trustPolicy } from "../parts/policy.ts";
import { sendTo } from "../parts/queue-grants.ts";
import { useQueueKey } from "../parts/queue-key.ts";
import type { StackContext } from "../stack-context.ts";
import { stateFunctions } from "./state-functions.ts";

interface PatchStateMachineArgs {
  readonly context: StackContext;
}

/** The functions by the names of their states. */
type Functions = Readonly<Record<string, LambdaFunction>>;

/**
 * Creates the state machine, and the functions that its states invoke.
 *
 * @example
 * const { stateMachine } = new PatchStateMachine(`${name}-flow`, { context }, { parent: this });
 */
export class PatchStateMachine extends Component {
  readonly stateMachine: aws.sfn.StateMachine;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { context }: PatchStateMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:PatchStateMachine", name, opts);
    const functions = this.createFunctions(name, context);
    const { role, policy } = this.createRole(name, functions, context);
    this.stateMachine = new aws.sfn.StateMachine(
      name,
      {
        type: "STANDARD",
        roleArn: roleArn(context.scope, role),
        definition: definition(functions, context),
        tracingConfiguration: { enabled: context.settings.tracing },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.arn = stateMachineArn(context.scope, this.stateMachine);
    this.registerOutputs({ arn: this.arn });
  }

  private createFunctions(name: string, context: StackContext): Functions {
    const functions = Object.entries(stateFunctions(context)).map(([state, args]) => {
      return [state, new LambdaFunction(`${name}-${args.entry}`, args, { parent: this })] as const;
    });
    return Object.fromEntries(functions);
  }

  private createRole(name: string, functions: Functions, { queues, scope, settings }: StackContext) {
    const role = new aws.iam.Role(
      name,
      {
        description: "Patch Manager Findings: the state machine",
        // Step Functions sends aws:SourceAccount (AWS Step Functions Developer Guide, "Creating an IAM role for your
        // state machine", on the confused deputy).
        assumeRolePolicy: trustPolicy("states.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": scope.account },
        }),
        permissionsBoundary: settings.permissionsBoundary,
      },
      { parent: this, aliases: [{ name: `${name}-role` }] },
    );
    const functionArns = Object.values(functions).map(({ arn }) => arn);
    const policy = policyDocument([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: functionArns },
      sendTo(scope, [queues.work, queues.outage, queues.quarantine]),
      // DescribeInstances has no resource types (Service Authorization Reference, Amazon EC2).
      { Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" },
      ...useQueueKey(settings, scope),
      ...(settings.tracing ? [trace(["xray:GetSamplingRules", "xray:GetSamplingTargets"])] : []),
    ]);
    const attached = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy },
      { parent: this, aliases: [{ name: `${name}-role-policy` }] },
    );
    return { role, policy: attached };
  }
}

/** Returns the definition in Amazon States Language, with the deployment's ARNs and URLs. */
function definition(functions: Functions, { queues, scope }: StackContext): pulumi.Output<string> {
  const arns = Object.entries(functions).map(([state, { arn }]) => [`${state}FunctionArn`, arn] as const);
  const values = {
    ...Object.fromEntries(arns),
    WorkQueueUrl: queueUrl(scope, queues.work),
    OutageQueueUrl: queueUrl(scope, queues.outage),
    QuarantineQueueUrl: queueUrl(scope, queues.quarantine),
  };
  return pulumi
    .all([pulumi.output(values), scope.partition])
    .apply(([known, partition]) => renderDefinition(known, partition));
}
