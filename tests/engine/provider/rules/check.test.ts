import { expect } from "chai";
import { policy, SAMPLES, trust, type SampleType } from "../sample-inputs.ts";
import { cachedSchema } from "../schema/cached-schema.ts";
import { PROVIDER_TYPE } from "../schema/provider-type.ts";
import type { Schema } from "../schema/shape.ts";
import { UNKNOWN, type Values } from "../values.ts";
import { checkResource } from "./check.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";

type Case = readonly [type: SampleType, change: Values, property: string, reason: RegExp | string];

const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const WINDOW_TASK = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask";
const INSIGHT = "aws:securityhub/insight:Insight";
const PERMISSION = "aws:lambda/permission:Permission";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

const long = (length: number): string => "x".repeat(length);
const tags = (count: number): Values => Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag-${n}`, "v"]));
const statements = (count: number): string => {
  const [statement] = (JSON.parse(policy({ service: "a.amazonaws.com", resource: "*" })) as { Statement: unknown[] })
    .Statement;
  return JSON.stringify({ Version: "2012-10-17", Statement: Array.from({ length: count }, () => statement) });
};

/** An alarm on an expression with one metric, changed by the parts. */
function math({ expression = "FILL(a, 0)", metric = {} }: { expression?: string; metric?: Values }): Values {
  const stat = { namespace: "Own", metricName: "Failed", stat: "Sum", period: 900, ...metric };
  const single = ["namespace", "metricName", "statistic", "period", "dimensions"];
  return {
    ...Object.fromEntries(single.map((name) => [name, undefined])),
    metricQueries: [
      { id: "alarm", expression, returnData: true },
      { id: "a", metric: stat },
    ],
  };
}

const productFields = (change: Values): Values => ({
  productFields: [{ key: "PatchFindings/Group", comparison: "EQUALS", value: "prod", ...change }],
});

const ATTRIBUTES = [
  ...["awsAccountIds", "companyNames", "complianceStatuses", "generatorIds", "ids", "productNames"],
  ...["recordStates", "resourceIds", "resourceTypes", "severityLabels", "titles"],
];
const attributes = (count: number): Values =>
  Object.fromEntries(ATTRIBUTES.slice(0, count).map((name) => [name, [{ comparison: "EQUALS", value: "a" }]]));

const REFUSED: readonly Case[] = [
  [QUEUE, { colour: "red" }, "colour", "is not an input of this type"],
  [QUEUE, { delaySeconds: "5" }, "delaySeconds", /must be a number/],
  [ROLE, { assumeRolePolicy: undefined }, "assumeRolePolicy", "is required"],
  [FUNCTION, { tracingConfig: { mode: 1 } }, "tracingConfig.mode", /must be a string/],
  [FUNCTION, { tracingConfig: {} }, "tracingConfig.mode", "is required"],
  [FUNCTION, { layers: "one" }, "layers", /must be a list/],
  [FUNCTION, { code: "dist" }, "code", /must be an archive/],
  [ALARM, { dimensions: { service: 1 } }, "dimensions.service", /must be a string/],
  [INSIGHT, { filters: { recordStates: [{ value: "ACTIVE" }] } }, "filters.recordStates[0].comparison", "is required"],
  [QUEUE, { tags: tags(51) }, "tags", /at most 50/],
  [QUEUE, { tags: { "aws:x": "v" } }, "tags.aws:x", /must not start with aws:/],
  [QUEUE, { tags: { [long(129)]: "v" } }, `tags.${long(129)}`, /1 to 128/],
  [QUEUE, { tags: { key: long(257) } }, "tags.key", /at most 256/],
  [QUEUE, { tags: { key: "a*b" } }, "tags.key", /characters/],
  [QUEUE, { name: long(81) }, "name", /1 to 80/],
  [QUEUE, { name: "a.b" }, "name", /match/],
  [QUEUE, { fifoQueue: true }, "name", /\.fifo/],
  [QUEUE, { visibilityTimeoutSeconds: 43_201 }, "visibilityTimeoutSeconds", /0 to 43200/],
  [QUEUE, { messageRetentionSeconds: 59 }, "messageRetentionSeconds", /60 to 1209600/],
  [QUEUE, { kmsMasterKeyId: "arn:aws:kms:eu-west-1:123456789012:key/mine" }, "kmsMasterKeyId", /match/],
  [QUEUE, { kmsMasterKeyId: "alias/mine", sqsManagedSseEnabled: true }, "sqsManagedSseEnabled", /conflicts/],
  [QUEUE, { redrivePolicy: '{"deadLetterTargetArn":"arn:x","maxReceiveCount":0}' }, "redrivePolicy", /maxReceive/],
  [QUEUE_POLICY, { policy: "{" }, "policy", /Malformed/],
  [QUEUE_POLICY, { policy: '{"Statement":[]}' }, "policy", /Version/],
  [QUEUE_POLICY, { policy: statements(21) }, "policy", /at most 20 statements/],
  [QUEUE_POLICY, { policy: policy({ resource: "*" }) }, "policy", /must have a Principal/],
  [ROLE, { name: long(65) }, "name", /1 to 64/],
  [ROLE, { description: long(1001) }, "description", /0 to 1000/],
  [ROLE, { description: "no → arrows" }, "description", /match/],
  [ROLE, { permissionsBoundary: "boundary" }, "permissionsBoundary", /match/],
  [ROLE, { assumeRolePolicy: trust(...Array<string>(40).fill("lambda.amazonaws.com")) }, "assumeRolePolicy", /2048/],
  [ROLE_POLICY, { policy: policy({}) }, "policy", /must have a Resource/],
  [ROLE_POLICY, { policy: policy({ resource: "*", service: "x.amazonaws.com" }) }, "policy", /no Principal/],
  [ROLE_POLICY, { policy: policy({ resource: "*", actions: ["SendMessage"] }) }, "policy", /not an action/],
  [ROLE_POLICY, { policy: policy({ resource: long(10_241) }) }, "policy", /at most 10240/],
  [ROLE_POLICY, { policy: policy({ resource: "arn:aws:sqs:::日本" }) }, "policy", /U\+00FF/],
  [ROLE, { tags: { Owner: "a" } }, "tags.owner", /case insensitive/],
  [FUNCTION, { memorySize: 127 }, "memorySize", /128 to 10240/],
  [FUNCTION, { timeout: 901 }, "timeout", /1 to 900/],
  [FUNCTION, { description: long(257) }, "description", /0 to 256/],
  [FUNCTION, { environment: { variables: { LARGE: long(4096) } } }, "environment.variables", /at most 4096 bytes/],
  [FUNCTION, { environment: { variables: { AWS_REGION: "x" } } }, "environment.variables", /reserved/],
  [FUNCTION, { environment: { variables: { "A-B": "x" } } }, "environment.variables", /not a name/],
  [FUNCTION, { code: undefined }, "code", /exactly one/],
  [FUNCTION, { handler: undefined }, "handler", /required/],
  [FUNCTION, { architectures: ["arm"] }, "architectures", /arm64/],
  [FUNCTION, { runtime: "java9" }, "runtime", /one of/],
  [MAPPING, { eventSourceArn: "arn:aws:sqs:ireland:123456789012:work" }, "eventSourceArn", /ARN of sqs/],
  [MAPPING, { batchSize: 10_001 }, "batchSize", /1 to 10000/],
  [MAPPING, { maximumBatchingWindowInSeconds: 0 }, "maximumBatchingWindowInSeconds", /at least 1/],
  [MAPPING, { scalingConfig: { maximumConcurrency: 1 } }, "scalingConfig.maximumConcurrency", /2 to 1000/],
  [MACHINE, { roleArn: `arn:aws:iam::123456789012:role/${long(250)}` }, "roleArn", /0 to 256/],
  [MACHINE, { definition: "{}" }, "definition", /States/],
  [MACHINE, { definition: '{"StartAt":"No","States":{}}' }, "definition", /StartAt/],
  [MACHINE, { definition: JSON.stringify({ Comment: long(1_048_576) }) }, "definition", /1048576/],
  [RULE, { eventPattern: "{" }, "eventPattern", /JSON/],
  [RULE, { eventPattern: '{"source":"aws.ssm"}' }, "eventPattern", /source must be an object or a list/],
  [RULE, { eventPattern: JSON.stringify({ source: [long(4096)] }) }, "eventPattern", /4096/],
  [RULE, { eventPattern: undefined }, "eventPattern", /scheduleExpression/],
  [RULE, { scheduleExpression: "rate(1 minutes)" }, "scheduleExpression", /agree/],
  [RULE, { scheduleExpression: "rate(5 minute)" }, "scheduleExpression", /agree/],
  [RULE, { scheduleExpression: "rate(0 minutes)" }, "scheduleExpression", /agree/],
  [RULE, { description: long(513) }, "description", /0 to 512/],
  [RULE, { scheduleExpression: `cron(0 10 * * ${long(240)} *)` }, "scheduleExpression", /at most 256/],
  [TARGET, { inputPath: `$.${long(255)}` }, "inputPath", /0 to 256/],
  [TARGET, { targetId: long(65) }, "targetId", /1 to 64/],
  [TARGET, { input: "{}", inputPath: "$" }, "input", /conflicts/],
  [DASHBOARD, { dashboardName: "a b" }, "dashboardName", /match/],
  [DASHBOARD, { dashboardBody: "[]" }, "dashboardBody", /JSON object/],
  [DASHBOARD, { dashboardBody: '{"widgets":[{"type":"metric"}]}' }, "dashboardBody", /widget 0/],
  [LOG_GROUP, { retentionInDays: 31 }, "retentionInDays", /one of/],
  [ALARM, { period: 45 }, "period", /multiple of 60/],
  [ALARM, { period: 900, evaluationPeriods: 97 }, "evaluationPeriods", /1 day/],
  [ALARM, { period: 86_400, evaluationPeriods: 8 }, "evaluationPeriods", /7 days/],
  [ALARM, { datapointsToAlarm: 2 }, "datapointsToAlarm", /at most/],
  [ALARM, { statistic: undefined }, "statistic", /one of/],
  [ALARM, { metricName: undefined }, "metricName", /one of/],
  [ALARM, { alarmDescription: long(1025) }, "alarmDescription", /0 to 1024/],
  [ALARM, { statistic: undefined, extendedStatistic: "p101" }, "extendedStatistic", /match/],
  [ALARM, { dimensions: { [long(256)]: "v" } }, "dimensions", /1 to 255/],
  [ALARM, { alarmActions: [`arn:aws:sns:eu-west-1:123456789012:${long(1024)}`] }, "alarmActions", /ARNs/],
  [ALARM, math({ expression: long(2049) }), "metricQueries", /expression must have 1 to 2048/],
  [ALARM, math({ metric: { namespace: ":a" } }), "metricQueries", /namespace must match/],
  [ALARM, math({ metric: { dimensions: { service: "" } } }), "metricQueries", /service must have/],
  [ALARM, math({ metric: { period: 45 } }), "metricQueries", /period must be 10/],
  [WINDOW_TASK, { maxConcurrency: "0" }, "maxConcurrency", /match/],
  [WINDOW_TASK, { windowId: "mw-0123456789ABCDEF0" }, "windowId", /match/],
  [WINDOW_TASK, { priority: -1 }, "priority", /0 to/],
  [WINDOW_TASK, { description: long(129) }, "description", /1 to 128/],
  [INSIGHT, { filters: {} }, "filters", /must have a filter/],
  [INSIGHT, { filters: { recordStates: [{ comparison: "IS", value: "A" }] } }, "filters", /not a comparison/],
  [INSIGHT, { name: long(129) }, "name", /1 to 128/],
  [INSIGHT, { filters: productFields({ comparison: "PREFIX" }) }, "filters", /PREFIX is not a comparison of productF/],
  [INSIGHT, { filters: productFields({ value: " " }) }, "filters", /value that is not blank/],
  [INSIGHT, { filters: attributes(11) }, "filters", /at most 10 attributes/],
  [SUBSCRIPTION, { endpoint: "nobody" }, "endpoint", /Email address/],
];

const ACCEPTED: readonly (readonly [SampleType, Values])[] = [
  [QUEUE, { name: "work.fifo", fifoQueue: true }],
  [QUEUE, { kmsMasterKeyId: "mrk-0123456789abcdef0123456789abcdef" }],
  [QUEUE, { redrivePolicy: UNKNOWN, policy: UNKNOWN, kmsMasterKeyId: UNKNOWN }],
  [QUEUE, { tags: tags(49) }],
  [QUEUE, { tags: { ["𠮷".repeat(128)]: "𠮷".repeat(256), Owner: "a" } }],
  [FUNCTION, { runtime: "nodejs26.x" }],
  [PERMISSION, { sourceArn: "arn:aws-iso-b:events:us-isob-east-1:123456789012:rule/a" }],
  [MAPPING, { eventSourceArn: "arn:aws-eusc:sqs:eusc-de-east-1:123456789012:work" }],
  [TARGET, { arn: "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline" }],
  [LOG_GROUP, { logGroupClass: "ESSENTIALS" }],
  [ALARM, { statistic: undefined, extendedStatistic: "p99.9" }],
  [ALARM, math({})],
  [WINDOW_TASK, { maxConcurrency: "5%", maxErrors: "0" }],
  [INSIGHT, { filters: attributes(10) }],
  [INSIGHT, { filters: productFields({ comparison: "NOT_EQUALS" }) }],
  [ROLE, { description: "Straße" }],
  [ROLE_POLICY, { policy: policy({ resource: "*" }).replaceAll(",", `,${" ".repeat(10_000)}`) }],
  [FUNCTION, { environment: { variables: UNKNOWN }, role: UNKNOWN }],
  [FUNCTION, { environment: { variables: { URL: UNKNOWN } } }],
  [MAPPING, { batchSize: 10, maximumBatchingWindowInSeconds: 0 }],
  [RULE, { eventPattern: undefined, scheduleExpression: "rate(1 minute)" }],
  [RULE, { eventPattern: undefined, scheduleExpression: "cron(0 10 * * ? *)" }],
  [ALARM, { period: 900, evaluationPeriods: 96 }],
  [ALARM, { period: 3600, evaluationPeriods: 168 }],
  [SUBSCRIPTION, { topic: UNKNOWN, endpoint: UNKNOWN }],
];

describe("the stand-in provider's checks", () => {
  let schema: Schema;
  before(async () => {
    schema = await cachedSchema([PROVIDER_TYPE, ...RESOURCE_TYPES]);
  });
  const check = (type: string, news: Values, olds?: Values) => {
    const request = { type, news, logicalName: "part", seed: new Uint8Array([1]), ...(olds && { olds }) };
    return checkResource(request, schema, { region: "eu-west-1", defaultTags: { owner: "team" } });
  };
  const changed = (type: SampleType, change: Values): Values =>
    Object.fromEntries(
      Object.entries<unknown>({ ...SAMPLES[type], ...change }).filter(([, value]) => value !== undefined),
    );

  it("has a sample of every type", () => {
    expect(Object.keys(SAMPLES).toSorted()).to.deep.equal(RESOURCE_TYPES.toSorted());
  });

  for (const [type, inputs] of Object.entries(SAMPLES)) {
    it(`accepts the sample of ${type}`, () => {
      expect(check(type, inputs).failures).to.deep.equal([]);
    });
  }

  for (const [type, change, property, reason] of REFUSED) {
    it(`refuses ${type} with ${JSON.stringify(change).slice(0, 60)}`, () => {
      const found = check(type, changed(type, change)).failures.find((failure) => failure.property === property);
      expect(found?.reason).to.match(typeof reason === "string" ? new RegExp(`^${reason}$`) : reason);
    });
  }

  for (const [type, change] of ACCEPTED) {
    it(`accepts ${type} with ${JSON.stringify(change).slice(0, 60)}`, () => {
      expect(check(type, changed(type, change)).failures).to.deep.equal([]);
    });
  }

  it("refuses a type that it does not know, by name", () => {
    expect(() => check("aws:s3/bucket:Bucket", {})).to.throw("does not know aws:s3/bucket:Bucket");
  });

  it("adds the Region and the default tags, except to IAM's global resources", () => {
    expect(check(QUEUE, { tags: { own: "1" } }).inputs).to.include({ region: "eu-west-1" });
    expect(check(QUEUE, { tags: { own: "1" } }).inputs["tagsAll"]).to.deep.equal({ owner: "team", own: "1" });
    expect(check(ROLE, SAMPLES[ROLE]).inputs).to.not.have.property("region");
  });

  describe("automatic names", () => {
    it("are the logical name and 7 hex digits that follow from the seed", () => {
      const { inputs } = check(QUEUE, {});
      expect(inputs["name"]).to.match(/^part-[0-9a-f]{7}$/);
      expect(check(QUEUE, {}).inputs["name"]).to.equal(inputs["name"]);
    });

    it("are kept in an update", () => {
      const { inputs } = check(QUEUE, {});
      expect(check(QUEUE, { delaySeconds: 1 }, { ...inputs, name: "part-earlier" }).inputs["name"]).to.equal(
        "part-earlier",
      );
    });

    it("replace a name that the program gave before", () => {
      expect(check(QUEUE, {}, { name: "given" }).inputs["name"]).to.match(/^part-/);
    });

    it("follow the prefix of the program", () => {
      expect(check(QUEUE, { namePrefix: "mine-" }).inputs["name"]).to.match(/^mine-[0-9a-f]{26}$/);
    });

    it("are refused if they would be too long", () => {
      const request = { type: ROLE, news: changed(ROLE, { name: undefined }), seed: new Uint8Array([1]) };
      const named = (logicalName: string) =>
        checkResource({ ...request, logicalName }, schema, { defaultTags: {} }).failures;
      expect(named(long(56))).to.deep.equal([]);
      expect(named(long(57))[0]?.reason).to.include("longer than maximum length 64");
    });
  });
});
