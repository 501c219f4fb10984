import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { renderDefinition } from "../../statemachine/definition.ts";
import { LambdaFunction } from "../parts/lambda-function.ts";
import { useQueueKey } from "../parts/queue-key.ts";
import { policyDocument, trace, trustPolicy } from "../parts/policy.ts";
import {
  findingsEnvironment,
  importFindings,
  metricsEnvironment,
  readFindings,
  updateWorkflow,
  type PublishingArgs,
} from "../parts/publishing.ts";

/** Gather pages through thousands of rows for some nodes; Publish may meet a slow Security Hub. */
const LONG_TIMEOUT_SECONDS = 300;
const SHORT_TIMEOUT_SECONDS = 30;

/** The state machine, and the functions that its states are. */
export class Workflow extends pulumi.ComponentResource {
  readonly stateMachine: aws.sfn.StateMachine;

  constructor(name: string, args: PublishingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Workflow", name, {}, opts);
    const resolveWindow = this.resolveWindow(`${name}-resolve-window`, args);
    const gather = this.gather(`${name}-gather`, args);
    const evaluate = this.evaluate(`${name}-evaluate`, args);
    const chooseSeverity = this.chooseSeverity(`${name}-choose-severity`, args);
    const publish = this.publish(`${name}-publish`, args);
    const { role, policy } = this.role(`${name}-role`, args, [
      resolveWindow,
      gather,
      evaluate,
      chooseSeverity,
      publish,
    ]);
    const definition = pulumi
      .all({
        ResolveWindowFunctionArn: resolveWindow.arn,
        GatherFunctionArn: gather.arn,
        EvaluateFunctionArn: evaluate.arn,
        ChooseSeverityFunctionArn: chooseSeverity.arn,
        PublishFunctionArn: publish.arn,
        WorkQueueUrl: args.queues.work.url,
        OutageQueueUrl: args.queues.outage.url,
        QuarantineQueueUrl: args.queues.quarantine.url,
      })
      .apply((values) => args.scope.partition.apply((partition) => renderDefinition(values, partition)));
    this.stateMachine = new aws.sfn.StateMachine(
      name,
      {
        type: "STANDARD",
        roleArn: role.arn,
        definition,
        tracingConfiguration: { enabled: args.settings.tracing },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs({ stateMachineArn: this.stateMachine.arn });
  }

  private role(name: string, { queues, scope, settings }: PublishingArgs, functions: readonly LambdaFunction[]) {
    const parent = { parent: this };
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
      parent,
    );
    const sendTo = [queues.work.arn, queues.outage.arn, queues.quarantine.arn];
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: policyDocument([
          { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: functions.map(({ arn }) => arn) },
          { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: sendTo },
          // DescribeInstances knows no resource (Service Authorization Reference, Amazon EC2).
          { Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" },
          ...useQueueKey(settings, scope),
          ...(settings.tracing ? [trace(["xray:GetSamplingRules", "xray:GetSamplingTargets"])] : []),
        ]),
      },
      parent,
    );
    return { role, policy };
  }

  private resolveWindow(name: string, { settings }: PublishingArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "resolve-window",
        description: "Patch Manager Findings: the nodes that a maintenance window has patched",
        timeoutSeconds: LONG_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: {},
        statements: [
          {
            Effect: "Allow",
            Action: [
              "ssm:DescribeMaintenanceWindowExecutionTasks",
              "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
              "ssm:ListCommandInvocations",
            ],
            // These reads know no resource (Service Authorization Reference, Systems Manager).
            Resource: "*",
          },
        ],
      },
      { parent: this },
    );
  }

  private gather(name: string, { scope, settings, service }: PublishingArgs): LambdaFunction {
    const { partition, region, account } = scope;
    return new LambdaFunction(
      name,
      {
        entry: "gather",
        description: "Patch Manager Findings: reads patch compliance from Systems Manager",
        timeoutSeconds: LONG_TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        settings,
        environment: { ...metricsEnvironment(service), BLIND_SPOT_DAYS: String(settings.blindSpotDays) },
        statements: [
          {
            Effect: "Allow",
            Action: ["ssm:DescribeInstancePatchStates"],
            Resource: [
              pulumi.interpolate`arn:${partition}:ec2:${region}:${account}:instance/*`,
              pulumi.interpolate`arn:${partition}:ssm:${region}:${account}:managed-instance/*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["ssm:DescribeInstanceInformation", "ssm:ListComplianceItems", "ssm:ListInventoryEntries"],
            // These three reads know no resource (Service Authorization Reference, Systems Manager).
            Resource: "*",
          },
        ],
      },
      { parent: this },
    );
  }

  private evaluate(name: string, { settings, service }: PublishingArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "evaluate",
        description: "Patch Manager Findings: compliant, noncompliant, not ready or invalid",
        timeoutSeconds: SHORT_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: { ...metricsEnvironment(service), BLIND_SPOT_DAYS: String(settings.blindSpotDays) },
        statements: [],
      },
      { parent: this },
    );
  }

  private chooseSeverity(name: string, { settings }: PublishingArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "choose-severity",
        description: "Patch Manager Findings: the highest severity per node",
        timeoutSeconds: SHORT_TIMEOUT_SECONDS,
        memoryMegabytes: 256,
        settings,
        environment: { SEVERITY_RULES: JSON.stringify(settings.severityRules) },
        statements: [],
      },
      { parent: this },
    );
  }

  private publish(name: string, { scope, settings, service }: PublishingArgs): LambdaFunction {
    return new LambdaFunction(
      name,
      {
        entry: "publish",
        description: "Patch Manager Findings: keeps the findings in Security Hub",
        timeoutSeconds: LONG_TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        settings,
        environment: { ...findingsEnvironment(scope, settings, service), PLAN_ONLY: String(settings.planOnly) },
        statements: [
          readFindings(scope),
          ...(settings.planOnly ? [] : [importFindings(scope), ...updateWorkflow(scope)]),
        ],
      },
      { parent: this },
    );
  }
}
