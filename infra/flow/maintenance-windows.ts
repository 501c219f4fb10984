import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import type { AccountScope } from "../parts/account-scope.ts";
import { roleArn, stateMachineArn } from "../parts/arns.ts";
import { policyDocument, trustPolicy } from "../parts/policy.ts";
import type { Settings } from "../settings.ts";

interface MaintenanceWindowsArgs {
  /** The beginning of the tasks' names. */
  readonly prefix: string;
  readonly stateMachine: aws.sfn.StateMachine;
  readonly scope: AccountScope;
  readonly settings: Settings;
}

/** Tasks with lower numbers run first, so this one runs after the tasks that patch. */
const LAST_PRIORITY = 1000;

/**
 * Creates a last task in each maintenance window of the settings. It starts one execution, which reads from the
 * window's history which nodes the window patched.
 *
 * @example
 * new MaintenanceWindows(`${name}-window`, { prefix: name, stateMachine, scope, settings }, { parent: this });
 */
export class MaintenanceWindows extends Component {
  constructor(name: string, args: MaintenanceWindowsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:MaintenanceWindows", name, opts);
    const windowIds = args.settings.maintenanceWindows[args.scope.region] ?? [];
    if (windowIds.length > 0) {
      const { role, policy } = this.createRole(`${name}-role`, args);
      for (const windowId of windowIds) {
        this.createTask(name, windowId, args, role, policy);
      }
    }
    this.registerOutputs({});
  }

  private createTask(
    name: string,
    windowId: string,
    { prefix, scope, stateMachine }: MaintenanceWindowsArgs,
    role: aws.iam.Role,
    policy: aws.iam.RolePolicy,
  ): void {
    new aws.ssm.MaintenanceWindowTask(
      `${prefix}-${windowId}`,
      {
        windowId,
        description: "Patch Manager Findings: publishes findings for the nodes that this window patched",
        taskType: "STEP_FUNCTIONS",
        taskArn: stateMachineArn(scope, stateMachine),
        serviceRoleArn: roleArn(scope, role),
        priority: LAST_PRIORITY,
        // No name: Step Functions rejects the name of an earlier execution. No targets: one execution per window run.
        taskInvocationParameters: {
          stepFunctionsParameters: {
            input: JSON.stringify({ windowId: "{{WINDOW_ID}}", windowExecutionId: "{{WINDOW_EXECUTION_ID}}" }),
          },
        },
      },
      { parent: this, dependsOn: [policy], aliases: [{ name: `${name}-${windowId}` }] },
    );
  }

  private createRole(name: string, { stateMachine, scope, settings }: MaintenanceWindowsArgs) {
    const { partition, region, account } = scope;
    const role = new aws.iam.Role(
      name,
      {
        description: "Patch Manager Findings: maintenance windows",
        // No condition: AWS does not document that maintenance windows send aws:SourceAccount.
        assumeRolePolicy: trustPolicy("ssm.amazonaws.com"),
        permissionsBoundary: settings.permissionsBoundary,
      },
      { parent: this },
    );
    const executions = pulumi.interpolate`arn:${partition}:states:${region}:${account}:execution:${stateMachine.name}:*`;
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: policyDocument([
          { Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachineArn(scope, stateMachine) },
          // The window waits until the execution ends.
          { Effect: "Allow", Action: ["states:DescribeExecution"], Resource: executions },
        ]),
      },
      { parent: this },
    );
    return { role, policy };
  }
}
