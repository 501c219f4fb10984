/**
 * Security Hub. Limits: API reference, EnableSecurityHub, CreateInsight, AwsSecurityFindingFilters, StringFilter and
 * MapFilter; CloudFormation, AWS::SecurityHub::Insight (length of the name).
 * Replacements: Terraform, aws_securityhub_account (enable_default_standards) and aws_securityhub_insight (none).
 */
import { randomUUID } from "node:crypto";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import { isObject, textOf, type Values } from "../values.ts";
import { oneOf, text } from "./checks.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const HUB = "aws:securityhub/account:Account";
const FILTER_VALUES = 20;
const FILTERED_ATTRIBUTES = 10;
/** Of MapFilter, whose filters have a key, such as those of ProductFields. */
const MAP_COMPARISONS = ["EQUALS", "NOT_EQUALS", "CONTAINS", "NOT_CONTAINS"];
const TEXT_COMPARISONS = [...MAP_COMPARISONS, "PREFIX", "PREFIX_NOT_EQUALS", "CONTAINS_WORD"];

const hub: ResourceRules = {
  replaces: ["enableDefaultStandards"],
  checks: { controlFindingGenerator: oneOf("STANDARD_CONTROL", "SECURITY_CONTROL") },
  identify: (_inputs, scope) => ({ id: scope.account, outputs: { arn: arn(scope, "securityhub", "hub/default") } }),
  defaults: { autoEnableControls: true, controlFindingGenerator: "SECURITY_CONTROL", enableDefaultStandards: true },
  existing: { refusal: () => "ResourceConflictException: Account is already subscribed to Security Hub" },
};

const insight: ResourceRules = {
  autoName: { property: "name", maximum: 255 },
  replaces: [],
  checks: {
    name: text({ minimum: 1, maximum: 128, pattern: /\S/u }),
    groupByAttribute: text({ minimum: 1, pattern: /^[A-Z]\w*$/u }),
    filters: filtersProblem,
  },
  identify: (_inputs, scope) => {
    const own = arn(scope, "securityhub", `insight/${scope.account}/custom/${randomUUID()}`);
    return { id: own, outputs: { arn: own } };
  },
  requires: (_inputs, account, { region }) => requireHub(account, region),
};

export const SECURITY_HUB: Readonly<Record<string, ResourceRules>> = {
  [HUB]: hub,
  "aws:securityhub/insight:Insight": insight,
};

/** Throws if Security Hub is not enabled in the Region. */
export function requireHub(account: Account, region: string): void {
  if (account.get({ type: HUB, region, key: account.id }) !== undefined) return;
  throw new AwsError("InvalidAccessException", `Account ${account.id} is not subscribed to AWS Security Hub`);
}

function filtersProblem(value: unknown): string | undefined {
  const filters = Object.entries(value as Values).filter(([, list]) => Array.isArray(list)) as [string, unknown[]][];
  if (filters.length === 0) return "InvalidInputException: must have a filter";
  const many = filters.find(([, list]) => list.length > FILTER_VALUES || list.length === 0);
  if (many !== undefined) return `InvalidInputException: ${many[0]} must have 1 to ${FILTER_VALUES} values`;
  if (filters.length > FILTERED_ATTRIBUTES) {
    return `InvalidInputException: must have filters of at most ${FILTERED_ATTRIBUTES} attributes`;
  }
  return filters
    .flatMap(([attribute, list]) => list.filter(isObject).map((filter) => filterProblem(attribute, filter)))
    .find((problem) => problem !== undefined);
}

function filterProblem(attribute: string, filter: Values): string | undefined {
  const comparison = textOf(filter, "comparison");
  const allowed = filter["key"] === undefined ? TEXT_COMPARISONS : MAP_COMPARISONS;
  if (comparison !== "" && !allowed.includes(comparison)) {
    return `InvalidInputException: ${comparison} is not a comparison of ${attribute}`;
  }
  const blank = ["key", "value"].find((name) => typeof filter[name] === "string" && filter[name].trim() === "");
  return blank === undefined ? undefined : `InvalidInputException: ${attribute} must have a ${blank} that is not blank`;
}
