import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "../parts/account-scope.ts";
import { policyDocument, trustPolicy } from "../parts/policy.ts";
import type { Settings } from "../settings.ts";

export interface MaintenanceWindowsArgs {
  readonly stateMachine: aws.sfn.StateMachine;
  readonly scope: AccountScope;
  readonly settings: Settings;
}

/** Lower numbers go first: after whatever patches. */
const LAST_PRIORITY = 1000;

/**
 * For each maintenance window of the settings a task that comes last: one execution of the state machine, which reads
 * from the window's own history which nodes it has patched.
 */
export class MaintenanceWindows extends pulumi.ComponentResource {
  constructor(name: string, args: MaintenanceWindowsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:MaintenanceWindows", name, {}, opts);
    const { stateMachine, scope, settings } = args;
    const windowIds = settings.maintenanceWindows[scope.region] ?? [];
    if (windowIds.length > 0) {
      const { role, policy } = this.role(`${name}-role`, args);
      for (const windowId of windowIds) {
        new aws.ssm.MaintenanceWindowTask(
          `${name}-${windowId}`,
          {
            windowId,
            description: "Patch Manager Findings: publishes what this window found",
            taskType: "STEP_FUNCTIONS",
            taskArn: stateMachine.arn,
            serviceRoleArn: role.arn,
            priority: LAST_PRIORITY,
            // No name: Step Functions refuses one that an earlier run had. No targets: one execution for the window.
            taskInvocationParameters: {
              stepFunctionsParameters: {
                input: JSON.stringify({ windowId: "{{WINDOW_ID}}", windowExecutionId: "{{WINDOW_EXECUTION_ID}}" }),
              },
            },
          },
          { parent: this, dependsOn: [policy] },
        );
      }
    }
    this.registerOutputs({});
  }

  private role(name: string, { stateMachine, scope, settings }: MaintenanceWindowsArgs) {
    const { partition, region, account } = scope;
    const role = new aws.iam.Role(
      name,
      {
        description: "Patch Manager Findings: maintenance windows",
        // Without a condition: no page of AWS says that maintenance windows tell their source.
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
          { Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachine.arn },
          // The window waits for the execution's end.
          { Effect: "Allow", Action: ["states:DescribeExecution"], Resource: executions },
        ]),
      },
      { parent: this },
    );
    return { role, policy };
  }
}
