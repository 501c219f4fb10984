/**
 * EventBridge. Limits: API reference, PutRule, PutTargets and Target; User Guide, "Quotas" and "Rate expressions".
 * Replacements: Terraform, aws_cloudwatch_event_rule (name, name_prefix, event_bus_name) and
 * aws_cloudwatch_event_target (rule, target_id, event_bus_name).
 */
import type { AccountEntry } from "../account/account-entry.ts";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import type { Failure } from "../schema/validate.ts";
import { isObject, textOf, type Values } from "../values.ts";
import { arnOf, integer, json, oneOf, parsed, text } from "./checks.ts";
import { ROLE_ARN } from "./iam.ts";
import { arn, type ResourceRules, type Scope } from "./resource-rules.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const DEFAULT_BUS = "default";
const TARGETS_PER_RULE = 5;

const rule: ResourceRules = {
  autoName: { property: "name", maximum: 64, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "eventBusName"],
  checks: {
    name: text({ minimum: 1, maximum: 64, pattern: /^[\w.-]+$/u }),
    description: text({ maximum: 512 }),
    eventPattern: patternProblem,
    scheduleExpression: scheduleProblem,
    state: oneOf("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
    roleArn: ROLE_ARN,
  },
  together: ruleFailures,
  identify: (inputs, scope) => {
    const [bus, name] = [busOf(inputs), textOf(inputs, "name")];
    const inBus = bus === DEFAULT_BUS ? name : `${bus}/${name}`;
    return { id: inBus, outputs: { arn: arn(scope, "events", `rule/${inBus}`) } };
  },
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false, state: "ENABLED" },
  existing: "overwrite",
  beforeDelete: ({ inputs, region }, account) => {
    if (targetsOf(account, { region, rule: textOf(inputs, "name"), bus: busOf(inputs) }).length > 0) {
      throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
    }
  },
};

const target: ResourceRules = {
  autoName: { property: "targetId", maximum: 255 },
  replaces: ["rule", "targetId", "eventBusName"],
  checks: {
    // Pulumi's suffix may make it longer than AWS allows.
    targetId: text({ minimum: 1, maximum: 64, pattern: /^[\w.-]+$/u }),
    rule: text({ minimum: 1, maximum: 64, pattern: /^[\w.-]+$/u }),
    arn: text({ minimum: 1, maximum: 1600, pattern: /^arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12})?:.+$/u }),
    input: json(8192),
    inputPath: text({ maximum: 256 }),
    "inputTransformer.inputTemplate": text({ minimum: 1, maximum: 8192 }),
    roleArn: ROLE_ARN,
    "deadLetterConfig.arn": arnOf("sqs"),
    "retryPolicy.maximumEventAgeInSeconds": integer(60, 86_400),
    "retryPolicy.maximumRetryAttempts": integer(0, 185),
  },
  together: (inputs) => {
    const given = ["input", "inputPath", "inputTransformer"].filter((name) => inputs[name] !== undefined);
    return given.length < 2 ? [] : [{ property: "input", reason: `conflicts with ${given[1] ?? ""}` }];
  },
  identify: (inputs) => {
    const bus = busOf(inputs);
    const id = `${textOf(inputs, "rule")}-${textOf(inputs, "targetId")}`;
    return { id: bus === DEFAULT_BUS ? id : `${bus}-${id}`, outputs: {} };
  },
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  existing: "overwrite",
  requires: requireRule,
};

export const EVENT_BRIDGE: Readonly<Record<string, ResourceRules>> = { [RULE]: rule, [TARGET]: target };

function busOf(inputs: Values): string {
  return textOf(inputs, "eventBusName") || DEFAULT_BUS;
}

function targetsOf(account: Account, place: { region: string; rule: string; bus: string }): AccountEntry[] {
  return account
    .all(TARGET)
    .filter(({ region }) => region === place.region)
    .filter(({ inputs }) => inputs["rule"] === place.rule && busOf(inputs) === place.bus);
}

function requireRule(inputs: Values, account: Account, { region }: Scope): void {
  const [bus, name] = [busOf(inputs), textOf(inputs, "rule")];
  const key = bus === DEFAULT_BUS ? name : `${bus}/${name}`;
  if (account.get({ type: RULE, region, key }) === undefined) {
    throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
  }
  const others = targetsOf(account, { region, rule: name, bus }).filter(
    (other) => other.inputs["targetId"] !== inputs["targetId"],
  );
  if (others.length >= TARGETS_PER_RULE) {
    throw new AwsError("LimitExceededException", `The requested resource exceeds the maximum number allowed: ${name}`);
  }
  const [, , service, targetRegion] = textOf(inputs, "arn").split(":");
  if (service !== "events" && targetRegion !== region) {
    throw new AwsError("ValidationException", `Target ${textOf(inputs, "arn")} is not in the rule's Region ${region}.`);
  }
}

function ruleFailures(inputs: Values): Failure[] {
  const none = inputs["eventPattern"] === undefined && inputs["scheduleExpression"] === undefined;
  return [
    ...(none ? [{ property: "eventPattern", reason: "give eventPattern or scheduleExpression" }] : []),
    ...(inputs["isEnabled"] !== undefined && inputs["state"] !== undefined
      ? [{ property: "isEnabled", reason: "conflicts with state" }]
      : []),
  ];
}

function patternProblem(value: unknown): string | undefined {
  const problem = json(4096)(value);
  if (problem !== undefined) return `InvalidEventPatternException: ${problem}`;
  const pattern = parsed(String(value));
  if (!isObject(pattern)) return "InvalidEventPatternException: must be a JSON object";
  const wrong = wrongField(pattern);
  return wrong === undefined ? undefined : `InvalidEventPatternException: ${wrong} must be an object or a list`;
}

/** Returns the first field that is neither a list of values nor an object of fields. */
function wrongField(pattern: Values): string | undefined {
  return Object.entries(pattern)
    .map(([name, value]) => {
      if (name === "$or") return undefined;
      if (Array.isArray(value)) return value.length === 0 ? name : undefined;
      return isObject(value) && Object.keys(value).length > 0 ? wrongField(value) : name;
    })
    .find((name) => name !== undefined);
}

/** Rate expressions count in the singular for 1 (User Guide, "Rate expressions"). */
function scheduleProblem(value: unknown): string | undefined {
  if (String(value).length > 256) return "ValidationException: must have at most 256 characters";
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/u.exec(String(value));
  if (rate !== null) {
    const count = Number(rate[1]);
    return count >= 1 && (count === 1) === (rate[3] === "") ? undefined : "ValidationException: the unit must agree";
  }
  return /^cron\(\S+( \S+){5}\)$/u.test(String(value))
    ? undefined
    : "ValidationException: Parameter ScheduleExpression is not valid.";
}
