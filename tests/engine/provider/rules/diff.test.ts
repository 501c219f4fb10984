import { expect } from "chai";
import { archive, SAMPLES, type SampleType } from "../sample-inputs.ts";
import type { Values } from "../values.ts";
import { diffResource } from "./diff.ts";

const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";

/** A change and whether it replaces the resource. */
const CHANGES: readonly (readonly [SampleType, Values, "replaced" | "updated"])[] = [
  [QUEUE, { visibilityTimeoutSeconds: 30 }, "updated"],
  [QUEUE, { kmsMasterKeyId: "alias/mine" }, "updated"],
  [QUEUE, { tagsAll: { owner: "other" } }, "updated"],
  [QUEUE, { name: "other" }, "replaced"],
  [QUEUE, { fifoQueue: true }, "replaced"],
  [QUEUE, { region: "eu-west-2" }, "replaced"],
  ["aws:sqs/queuePolicy:QueuePolicy", { policy: "{}" }, "updated"],
  ["aws:sqs/queuePolicy:QueuePolicy", { queueUrl: "https://other" }, "replaced"],
  ["aws:iam/role:Role", { description: "new" }, "updated"],
  ["aws:iam/role:Role", { path: "/new/" }, "replaced"],
  ["aws:iam/rolePolicy:RolePolicy", { policy: "{}" }, "updated"],
  ["aws:iam/rolePolicy:RolePolicy", { role: "other" }, "replaced"],
  [FUNCTION, { code: archive({ "gather.cjs": "/other" }), timeout: 1 }, "updated"],
  [FUNCTION, { name: "other" }, "replaced"],
  ["aws:lambda/permission:Permission", { sourceArn: "arn:aws:events:eu-west-1:1:rule/x" }, "replaced"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", { batchSize: 1, functionName: "other" }, "updated"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", { eventSourceArn: "arn:other" }, "replaced"],
  ["aws:lambda/functionRecursionConfig:FunctionRecursionConfig", { recursiveLoop: "Terminate" }, "updated"],
  ["aws:lambda/functionRecursionConfig:FunctionRecursionConfig", { functionName: "other" }, "replaced"],
  ["aws:sfn/stateMachine:StateMachine", { definition: "{}" }, "updated"],
  ["aws:sfn/stateMachine:StateMachine", { type: "EXPRESS" }, "replaced"],
  ["aws:cloudwatch/eventRule:EventRule", { description: "new", state: "DISABLED" }, "updated"],
  ["aws:cloudwatch/eventRule:EventRule", { eventBusName: "other" }, "replaced"],
  ["aws:cloudwatch/eventTarget:EventTarget", { arn: "arn:other" }, "updated"],
  ["aws:cloudwatch/eventTarget:EventTarget", { rule: "other" }, "replaced"],
  ["aws:cloudwatch/dashboard:Dashboard", { dashboardBody: "{}" }, "updated"],
  ["aws:cloudwatch/dashboard:Dashboard", { dashboardName: "other" }, "replaced"],
  ["aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 1 }, "updated"],
  ["aws:cloudwatch/logGroup:LogGroup", { name: "other" }, "replaced"],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", { dimensions: { service: "prod" } }, "updated"],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", { name: "other" }, "replaced"],
  ["aws:ssm/maintenanceWindowTask:MaintenanceWindowTask", { priority: 1 }, "updated"],
  ["aws:ssm/maintenanceWindowTask:MaintenanceWindowTask", { windowId: "mw-1" }, "replaced"],
  ["aws:securityhub/account:Account", { autoEnableControls: false }, "updated"],
  ["aws:securityhub/account:Account", { enableDefaultStandards: false }, "replaced"],
  ["aws:securityhub/insight:Insight", { name: "other", filters: {} }, "updated"],
  ["aws:sns/topic:Topic", { displayName: "new" }, "updated"],
  ["aws:sns/topic:Topic", { name: "other" }, "replaced"],
  ["aws:sns/topicPolicy:TopicPolicy", { arn: "arn:other" }, "replaced"],
  ["aws:sns/topicSubscription:TopicSubscription", { rawMessageDelivery: true }, "updated"],
  ["aws:sns/topicSubscription:TopicSubscription", { endpoint: "a@example.com" }, "replaced"],
];

describe("the stand-in provider's differences", () => {
  for (const [type, change, effect] of CHANGES) {
    it(`${type} with ${JSON.stringify(change).slice(0, 50)} is ${effect}`, () => {
      const old = { ...SAMPLES[type], region: "eu-west-1" };
      const { changed, replaces } = diffResource(type, old, { ...old, ...change });
      expect(changed.toSorted()).to.deep.equal(Object.keys(change).toSorted());
      expect(replaces.length > 0).to.equal(effect === "replaced");
    });
  }

  it("finds none in the same inputs, in code from another path, and in ignored inputs", () => {
    const old = SAMPLES[FUNCTION];
    const moved = { ...old, code: { ...old.code, assets: {} }, __defaults: ["name"] };
    expect(diffResource(FUNCTION, old, moved).changed).to.deep.equal([]);
    expect(diffResource(FUNCTION, old, { ...old, timeout: 1 }, ["timeout"]).changed).to.deep.equal([]);
  });

  it("deletes first only where the program gives the name", () => {
    const old = { name: "mine", region: "eu-west-1" };
    const fifo = { ...old, fifoQueue: true };
    expect(diffResource(QUEUE, old, fifo).deleteBeforeReplace).to.equal(true);
    expect(diffResource(QUEUE, old, { ...fifo, __defaults: ["name"] }).deleteBeforeReplace).to.equal(false);
    expect(diffResource(QUEUE, old, { ...old, region: "eu-west-2" }).deleteBeforeReplace).to.equal(false);
    expect(diffResource(QUEUE, old, { ...old, delaySeconds: 1 }).deleteBeforeReplace).to.equal(false);
  });
});
