/** The IAM actions that verify-aws calls, in the order of their names. */

/** Without `--write`. */
export const READ_ACTIONS = [
  "securityhub:DescribeHub",
  "securityhub:GetFindings",
  "sqs:ListQueues",
  "ssm:DescribeInstanceInformation",
  "ssm:DescribeInstancePatchStates",
  "ssm:ListComplianceItems",
  "ssm:ListInventoryEntries",
  "ssm:ListResourceComplianceSummaries",
  "states:DescribeExecution",
  "states:ListExecutions",
  "states:ListStateMachines",
] as const;

/** With `--write`, besides those. */
export const WRITE_ACTIONS = ["securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings"] as const;

/** Returns the least policy for the command, as JSON. */
export function policyText(actions: readonly string[]): string {
  const statement = { Sid: "VerifyAws", Effect: "Allow", Action: actions.toSorted(), Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}
