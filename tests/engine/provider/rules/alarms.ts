/** Checks of alarms (CloudWatch API reference, PutMetricAlarm). */
import type { Failure } from "../schema/validate.ts";
import { hasUnknown, isObject, isUnknown, numberOf, type Values } from "../values.ts";
import { integer, oneOf, text, type Check } from "./checks.ts";

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const ACTIONS = 5;
const DIMENSIONS = 30;

const period: Check = (value) =>
  [10, 20, 30].includes(Number(value)) || (Number(value) > 0 && Number(value) % 60 === 0)
    ? undefined
    : "must be 10, 20, 30 or a multiple of 60";

const actions: Check = (value) => {
  const all = value as readonly unknown[];
  if (all.length > ACTIONS) return `must have at most ${ACTIONS} actions`;
  const known = all.filter((action) => !isUnknown(action)).map(String);
  return known.every((action) => action.startsWith("arn:aws") && action.length <= 1024) ? undefined : "must be ARNs";
};

const NAMESPACE = text({ minimum: 1, maximum: 255, pattern: /^[^:].*$/u });
const METRIC_NAME = text({ minimum: 1, maximum: 255 });
const EXPRESSION = text({ minimum: 1, maximum: 2048 });

const dimensions: Check = (value) => {
  const entries = Object.entries(value as Values);
  if (entries.length > DIMENSIONS) return `must have at most ${DIMENSIONS} dimensions`;
  if (entries.some(([name]) => name === "" || name.length > 255)) return "a name must have 1 to 255 characters";
  const wrong = entries.find(([, each]) => !isUnknown(each) && (each === "" || String(each).length > 1024));
  return wrong === undefined ? undefined : `${wrong[0]} must have 1 to 1024 characters`;
};

export const alarmChecks: Readonly<Record<string, Check>> = {
  name: text({ minimum: 1, maximum: 255 }),
  alarmDescription: text({ maximum: 1024 }),
  comparisonOperator: oneOf(
    ...["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"],
    ...["LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"],
  ),
  evaluationPeriods: integer(1, 604_800),
  datapointsToAlarm: integer(1, 604_800),
  period,
  statistic: oneOf("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
  treatMissingData: oneOf("missing", "ignore", "breaching", "notBreaching"),
  extendedStatistic: text({ pattern: /^((p|tm|tc|ts|wm)(\d{1,2}(\.\d{1,10})?|100)|IQM|(TM|TC|TS|WM|PR)\(.*:.*\))$/u }),
  metricName: METRIC_NAME,
  namespace: NAMESPACE,
  alarmActions: actions,
  okActions: actions,
  insufficientDataActions: actions,
  dimensions,
};

export function alarmFailures(inputs: Values): Failure[] {
  const queries = inputs["metricQueries"];
  const single = inputs["metricName"] !== undefined;
  const fail = (property: string, reason: string): Failure => ({ property, reason });
  const points = numberOf(inputs, "datapointsToAlarm") ?? 0;
  const periods = numberOf(inputs, "evaluationPeriods");
  return [
    ...(single === (queries !== undefined) ? [fail("metricName", "give one of metricName and metricQueries")] : []),
    ...["comparisonOperator", "evaluationPeriods"]
      .filter((name) => inputs[name] === undefined)
      .map((name) => fail(name, "is required")),
    ...(single ? metricFailures(inputs) : queryFailures(queries)),
    ...(periods !== undefined && points > periods
      ? [fail("datapointsToAlarm", "must be at most evaluationPeriods")]
      : []),
    ...lengthFailures(periods ?? 1, single ? [inputs] : metricsOf(queries)),
  ];
}

function metricFailures(inputs: Values): Failure[] {
  const statistics = ["statistic", "extendedStatistic"].filter((name) => inputs[name] !== undefined);
  return [
    ...["namespace", "period", "threshold"]
      .filter((property) => inputs[property] === undefined)
      .map((property) => ({ property, reason: "is required" })),
    ...(statistics.length === 1
      ? []
      : [{ property: "statistic", reason: "give one of statistic and extendedStatistic" }]),
  ];
}

/** "Period multiplied by EvaluationPeriods": 7 days; 1 day for periods below an hour. */
function lengthFailures(evaluationPeriods: number, metrics: readonly Values[]): Failure[] {
  const seconds = metrics.flatMap((metric) => numberOf(metric, "period") ?? []);
  const tooLong = seconds.some(
    (each) => each * evaluationPeriods > (each < HOUR_SECONDS ? DAY_SECONDS : 7 * DAY_SECONDS),
  );
  return tooLong
    ? [{ property: "evaluationPeriods", reason: "times the period must be at most 7 days, below an hour 1 day" }]
    : [];
}

function metricsOf(queries: unknown): Values[] {
  if (!Array.isArray(queries)) return [];
  return queries.flatMap((query) => (isObject(query) && isObject(query["metric"]) ? [query["metric"]] : []));
}

function queryFailures(queries: unknown): Failure[] {
  if (!Array.isArray(queries) || hasUnknown(queries)) return [];
  const all = queries.filter(isObject);
  const ids = all.map((query) => String(query["id"]));
  const property = "metricQueries";
  const returned = all.filter((query) => query["returnData"] === true).length;
  return [
    ...(returned === 1 ? [] : [{ property, reason: "must return data of exactly one query" }]),
    ...(ids.every((id) => /^[a-z]\w*$/u.test(id)) ? [] : [{ property, reason: "ids must match ^[a-z][a-zA-Z0-9_]*$" }]),
    ...(new Set(ids).size === ids.length ? [] : [{ property, reason: "ids must be distinct" }]),
    ...(all.every((query) => (query["expression"] === undefined) !== (query["metric"] === undefined))
      ? []
      : [{ property, reason: "a query has either an expression or a metric" }]),
    ...[...all.map(expressionProblem), ...metricsOf(queries).map(metricProblem)].flatMap((reason) =>
      reason === undefined ? [] : [{ property, reason }],
    ),
  ];
}

function expressionProblem({ expression }: Values): string | undefined {
  const reason = expression === undefined ? undefined : EXPRESSION(expression);
  return reason === undefined ? undefined : `expression ${reason}`;
}

/** Checks a MetricStat. */
function metricProblem(metric: Values): string | undefined {
  const checks: Readonly<Record<string, Check>> = { period, dimensions, metricName: METRIC_NAME, namespace: NAMESPACE };
  return Object.entries(checks)
    .map(([name, check]) => {
      const reason = metric[name] === undefined ? undefined : check(metric[name]);
      return reason === undefined ? undefined : `${name} ${reason}`;
    })
    .find((reason) => reason !== undefined);
}
