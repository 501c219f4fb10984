/**
 * CloudWatch and its logs. Limits: API reference, PutMetricAlarm, PutDashboard, CreateLogGroup, PutRetentionPolicy.
 * Replacements: Terraform, aws_cloudwatch_metric_alarm (alarm_name), aws_cloudwatch_dashboard (dashboard_name),
 * aws_cloudwatch_log_group (name, name_prefix, log_group_class).
 */
import { isObject, textOf } from "../values.ts";
import { alarmChecks, alarmFailures } from "./alarms.ts";
import { oneOf, parsed, text } from "./checks.ts";
import { KMS_KEY_ARN } from "./kms-key.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const RETENTION_DAYS = [
  ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];
const WIDGETS = 500;

const alarm: ResourceRules = {
  autoName: { property: "name", maximum: 255 },
  replaces: ["name"],
  checks: alarmChecks,
  together: alarmFailures,
  identify: (inputs, scope) => {
    const name = textOf(inputs, "name");
    return { id: name, outputs: { arn: arn(scope, "cloudwatch", `alarm:${name}`) } };
  },
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  existing: "overwrite",
};

const dashboard: ResourceRules = {
  replaces: ["dashboardName"],
  checks: {
    dashboardName: text({ minimum: 1, maximum: 255, pattern: /^[\w-]+$/u }),
    dashboardBody: bodyProblem,
  },
  identify: (inputs, scope) => {
    const name = textOf(inputs, "dashboardName");
    const own = arn({ ...scope, region: "" }, "cloudwatch", `dashboard/${name}`);
    return { id: name, outputs: { dashboardArn: own } };
  },
  // PutDashboard: "If you specify the name of an existing dashboard, that dashboard is replaced."
  existing: "overwrite",
};

const logGroup: ResourceRules = {
  autoName: { property: "name", maximum: 512, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "logGroupClass"],
  checks: {
    name: text({ minimum: 1, maximum: 512, pattern: /^[\w./#-]+$/u }),
    retentionInDays: oneOf(...RETENTION_DAYS),
    logGroupClass: oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"),
    kmsKeyId: KMS_KEY_ARN,
  },
  identify: (inputs, scope) => {
    const name = textOf(inputs, "name");
    return { id: name, outputs: { arn: arn(scope, "logs", `log-group:${name}`) } };
  },
  defaults: { retentionInDays: 0, skipDestroy: false, logGroupClass: "STANDARD" },
  existing: { refusal: (name) => `ResourceAlreadyExistsException: The specified log group already exists: ${name}` },
};

export const CLOUDWATCH: Readonly<Record<string, ResourceRules>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
};

function bodyProblem(value: unknown): string | undefined {
  const body = parsed(String(value));
  if (!isObject(body)) return "InvalidParameterInput: must be a JSON object";
  const { widgets } = body;
  if (!Array.isArray(widgets)) return "InvalidParameterInput: must have a list of widgets";
  if (widgets.length > WIDGETS) return `InvalidParameterInput: must have at most ${WIDGETS} widgets`;
  const wrong = widgets.findIndex((widget) => {
    if (!isObject(widget) || !isObject(widget["properties"])) return true;
    const { width = 6, x = 0 } = widget as { width?: number; x?: number };
    return width < 1 || width > 24 || x < 0 || x > 23;
  });
  return wrong === -1 ? undefined : `InvalidParameterInput: widget ${wrong} has no properties or no place`;
}
