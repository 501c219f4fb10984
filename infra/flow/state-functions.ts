import { importFindings, readFindings, updateWorkflow } from "../parts/findings-access.ts";
import type { LambdaFunctionArgs } from "../parts/lambda-function.ts";
import { readNodeTags, readPatchStates } from "../parts/patch-data-access.ts";
import { stackPolicies } from "../settings/stack-policies.ts";
import type { StackContext } from "../stack-context.ts";

/** The states of the state machine that are Lambda functions. */
type FunctionState = "ResolveWindow" | "Gather" | "Evaluate" | "ChooseSeverity" | "Publish";

/** Gather reads thousands of rows for some nodes, and Publish may wait for a slow Security Hub. */
const LONG = { timeoutSeconds: 300 };
const SHORT = { timeoutSeconds: 30 };
const SMALL = { memoryMegabytes: 256 };
const LARGE = { memoryMegabytes: 512 };

/** Returns the function of each state. */
export function stateFunctions(context: StackContext): Readonly<Record<FunctionState, LambdaFunctionArgs>> {
  return {
    ResolveWindow: {
      ...{ entry: "resolve-window", ...LONG, ...SMALL, context },
      description: "Patch Manager Findings: lists the nodes that a maintenance window patched",
      variables: {},
      statements: readWindowHistory(),
    },
    Gather: {
      ...{ entry: "gather", ...LONG, ...LARGE, context },
      description: "Patch Manager Findings: reads patch compliance from Systems Manager",
      variables: {},
      statements: readPatchCompliance(context),
    },
    Evaluate: {
      ...{ entry: "evaluate", ...SHORT, ...SMALL, context },
      description: "Patch Manager Findings: decides whether each node is compliant",
      variables: {},
      statements: [],
    },
    ChooseSeverity: {
      ...{ entry: "choose-severity", ...SHORT, ...SMALL, context },
      description: "Patch Manager Findings: chooses the highest severity per node",
      variables: {},
      statements: [],
    },
    Publish: {
      ...{ entry: "publish", ...LONG, ...LARGE, context },
      description: "Patch Manager Findings: opens, updates and closes the findings in Security Hub",
      variables: {},
      sendsTo: [context.queues.work, context.queues.quarantine],
      statements: publishFindings(context),
    },
  };
}

/** These actions have no resource types (Service Authorization Reference, Systems Manager). */
function readWindowHistory(): LambdaFunctionArgs["statements"] {
  return [
    {
      Effect: "Allow",
      Action: [
        "ssm:DescribeMaintenanceWindowExecutionTasks",
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
        "ssm:ListCommandInvocations",
      ],
      Resource: "*",
    },
  ];
}

function readPatchCompliance({ scope, settings }: StackContext): LambdaFunctionArgs["statements"] {
  return [
    readPatchStates(scope),
    {
      Effect: "Allow",
      Action: [
        "ssm:DescribeInstanceInformation",
        "ssm:ListComplianceItems",
        "ssm:ListInventoryEntries",
        "ssm:ListResourceComplianceSummaries",
      ],
      Resource: "*",
    },
    ...readNodeTags(settings),
  ];
}

function publishFindings({ scope, settings }: StackContext): LambdaFunctionArgs["statements"] {
  const hasExceptions = stackPolicies(settings).exceptions.length > 0;
  const write = settings.planOnly ? [] : [importFindings(scope), ...updateWorkflow(scope, hasExceptions)];
  return [readFindings(scope), ...write];
}
