import type { CauseCommand } from "../../contract/causes.ts";
import { REGION_PATTERN } from "../../contract/regions.ts";
import { isNodeId } from "../work/node-reference.ts";

/** What a command is about. All of it comes from outside, and a person pastes the command into a shell. */
export interface CommandTarget {
  readonly nodeId: string;
  readonly region: string;
  /** Id or ARN of the patch baseline that the operation used. */
  readonly baselineId?: string;
}

/** The only forms that need no quotes in any shell. */
const BASELINE_ID = /^(?:arn:[a-z-]+:ssm:[a-z\d-]+:\d{12}:patchbaseline\/)?pb-[\da-f]{17}$/;

/** What is added to the operation of AWS-RunPatchBaseline (user guide, "SSM Command document: AWS-RunPatchBaseline"). */
const OPERATIONS = { install: "Install", reboot: "Install,RebootOption=RebootIfNeeded", scan: "Scan" } as const;

/**
 * Returns a command line of the AWS CLI.
 *
 * @returns undefined if an id is not as AWS writes it, because a shell could read more than an id
 * @example
 * remediationCommand("scan", { nodeId: "i-0123456789abcdef0", region: "eu-west-1" }); // "aws ssm send-command ..."
 */
export function remediationCommand(command: CauseCommand | "scan", target: CommandTarget): string | undefined {
  const { nodeId, region, baselineId = "" } = target;
  if (!isNodeId(nodeId) || !REGION_PATTERN.test(region)) return undefined;
  switch (command) {
    case "install":
    case "reboot":
    case "scan":
      return (
        "aws ssm send-command --document-name AWS-RunPatchBaseline " +
        `--parameters Operation=${OPERATIONS[command]} --instance-ids ${nodeId} --region ${region}`
      );
    case "showBaseline":
      if (!BASELINE_ID.test(baselineId)) return undefined;
      return `aws ssm get-patch-baseline --baseline-id ${baselineId} --region ${region}`;
    case "listPatches":
      return `aws ssm describe-instance-patches --instance-id ${nodeId} --region ${region}`;
  }
}
