import { CLOUDWATCH } from "./cloudwatch.ts";
import { EVENT_BRIDGE } from "./event-bridge.ts";
import { IAM } from "./iam.ts";
import { LAMBDA } from "./lambda-access.ts";
import type { ResourceRules } from "./resource-rules.ts";
import { SECURITY_HUB } from "./security-hub.ts";
import { SNS } from "./sns.ts";
import { SQS } from "./sqs.ts";
import { STEP_FUNCTIONS } from "./step-functions.ts";
import { SYSTEMS_MANAGER } from "./systems-manager.ts";

const RULES: Readonly<Record<string, ResourceRules>> = {
  ...{ ...SQS, ...IAM, ...LAMBDA, ...STEP_FUNCTIONS, ...EVENT_BRIDGE },
  ...{ ...CLOUDWATCH, ...SYSTEMS_MANAGER, ...SECURITY_HUB, ...SNS },
};

/** The type tokens that the stand-in knows. */
export const RESOURCE_TYPES: readonly string[] = Object.keys(RULES);

/** Returns the rules of a type. @throws {Error} for other types */
export function rulesOf(type: string): ResourceRules {
  const rules = RULES[type];
  if (rules === undefined) {
    throw new Error(`the stand-in AWS provider does not know ${type}; add it to tests/engine/provider/rules`);
  }
  return rules;
}
