import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addOutside } from "../account/outside-resource.ts";
import { accountGraph } from "../account/account-graph.ts";
import { Account, accountEntries, entryPath } from "../account/account.ts";
import { readJournal } from "../account/journal.ts";
import { archive, policy, QUEUE_URL, ROLE_NAME, SAMPLES, trust, type SampleType } from "../sample-inputs.ts";
import { UNKNOWN, type Values } from "../values.ts";
import { callFunction } from "./functions.ts";
import { Resources, type State } from "./resources.ts";

const QUEUE = "aws:sqs/queue:Queue";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const PERMISSION = "aws:lambda/permission:Permission";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const HUB = "aws:securityhub/account:Account";
const INSIGHT = "aws:securityhub/insight:Insight";
const TOPIC = "aws:sns/topic:Topic";

/** In an order in which AWS accepts them: each after those that it needs. */
const ORDER = Object.keys(SAMPLES) as SampleType[];

describe("the stand-in provider's account", () => {
  let folder: string;
  let resources: Resources;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stand-in-account-"));
    resources = inRegion("eu-west-1");
    writeFileSync(join(folder, "gather.cjs"), "exports.handler = () => 1;");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const inRegion = (region: string, account = "123456789012"): Resources => {
    const settings = { account, region, partition: "aws", defaultTags: {} };
    return new Resources(folder, new Account(folder, account), settings);
  };
  const sample = (type: SampleType, change: Values = {}): Values => {
    const code = archive({ "gather.cjs": join(folder, "gather.cjs") });
    return {
      ...SAMPLES[type],
      ...(type === FUNCTION && { code }),
      ...(type === ROLE ? {} : { region: "eu-west-1" }),
      ...change,
    };
  };
  const create = (type: SampleType, change: Values = {}, into = resources): State =>
    into.create({ type, logicalName: "part", urn: `urn:${type}::part` }, sample(type, change));
  const createAll = (types: readonly SampleType[]): Map<SampleType, State> =>
    new Map(types.map((type) => [type, create(type)]));

  it("creates and deletes one of each type", () => {
    const states = createAll(ORDER);
    expect(accountEntries(folder)).to.have.lengthOf(ORDER.length);
    for (const [type, { id, outputs }] of [...states].toReversed()) resources.delete(type, id, outputs);
    expect(accountEntries(folder)).to.deep.equal([]);
    const operations = readJournal(folder).map(({ operation, type }) => `${operation} ${type}`);
    expect(operations).to.deep.equal([
      ...ORDER.map((type) => `create ${type}`),
      ...ORDER.toReversed().map((type) => `delete ${type}`),
    ]);
  });

  it("computes ids, ARNs and URLs", () => {
    const states = createAll(ORDER);
    const seen = (type: SampleType, name: string): unknown => states.get(type)?.outputs[name];
    expect(states.get(QUEUE)?.id).to.equal(QUEUE_URL);
    expect(seen(QUEUE, "url")).to.equal(QUEUE_URL);
    expect(seen(ROLE, "arn")).to.equal(`arn:aws:iam::123456789012:role/${ROLE_NAME}`);
    expect(seen(FUNCTION, "arn")).to.equal("arn:aws:lambda:eu-west-1:123456789012:function:gather");
    expect(states.get(MACHINE)?.id).to.equal("arn:aws:states:eu-west-1:123456789012:stateMachine:flow");
    expect(seen(RULE, "arn")).to.equal("arn:aws:events:eu-west-1:123456789012:rule/command");
    expect(states.get(TARGET)?.id).to.equal("command-queue");
    expect(states.get(HUB)?.id).to.equal("123456789012");
    expect(seen(QUEUE, "messageRetentionSeconds")).to.equal(345_600);
  });

  it("knows in a preview the inputs, and not what AWS computes", () => {
    const outputs = resources.preview(QUEUE, sample(QUEUE));
    expect(outputs).to.include({ name: "work", region: "eu-west-1", arn: UNKNOWN, url: UNKNOWN });
    expect(accountEntries(folder)).to.deep.equal([]);
  });

  describe("refuses a resource", () => {
    /** A resource, those that exist before it, and the error. */
    const MISSING: readonly (readonly [SampleType, readonly SampleType[], string])[] = [
      ["aws:sqs/queuePolicy:QueuePolicy", [], "NonExistentQueue"],
      [ROLE_POLICY, [], "NoSuchEntity"],
      [FUNCTION, [], "InvalidParameterValueException: the role"],
      [PERMISSION, [], "Function not found"],
      [MAPPING, [QUEUE], "Function not found"],
      [MAPPING, [ROLE, FUNCTION], "the queue"],
      [MAPPING, [QUEUE, ROLE, FUNCTION], "no permission to call sqs:ReceiveMessage"],
      ["aws:lambda/functionRecursionConfig:FunctionRecursionConfig", [], "Function not found"],
      [MACHINE, [], "does not exist"],
      [TARGET, [], "Rule command does not exist"],
      ["aws:ssm/maintenanceWindowTask:MaintenanceWindowTask", [], "does not exist"],
      [INSIGHT, [], "InvalidAccessException"],
      ["aws:sns/topicPolicy:TopicPolicy", [], "Topic does not exist"],
      ["aws:sns/topicSubscription:TopicSubscription", [], "Topic does not exist"],
    ];
    for (const [type, before, error] of MISSING) {
      it(`${type} after ${before.length} others: ${error}`, () => {
        createAll(before);
        expect(() => create(type)).to.throw(error);
      });
    }

    it("whose role does not trust the service", () => {
      create(ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") });
      expect(() => create(FUNCTION)).to.throw("cannot be assumed by lambda.amazonaws.com");
      expect(() => create(MACHINE)).to.throw("cannot be assumed by states.amazonaws.com");
    });

    it("whose dead-letter queue does not exist", () => {
      const redrivePolicy = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:eu-west-1:1:no", maxReceiveCount: 5 });
      expect(() => create(QUEUE, { redrivePolicy })).to.throw("dead-letter queue");
    });

    it("whose function runs longer than the queue hides messages", () => {
      createAll([ROLE, ROLE_POLICY, FUNCTION]);
      create(QUEUE, { visibilityTimeoutSeconds: 59 });
      expect(() => create(MAPPING)).to.throw("less than Function timeout: 60 seconds");
    });

    it("if a mapping of the same queue and function exists", () => {
      createAll([QUEUE, ROLE, ROLE_POLICY, FUNCTION]);
      const { id, outputs } = create(MAPPING);
      expect(() => create(MAPPING)).to.throw("ResourceConflictException");
      const named = { type: MAPPING, logicalName: "part", urn: "urn" };
      expect(resources.update(named, id, outputs, sample(MAPPING, { batchSize: 7 }), false)["batchSize"]).to.equal(7);
    });

    it("if it traces or logs without permission", () => {
      create(ROLE);
      expect(() => create(FUNCTION, { tracingConfig: { mode: "Active" } })).to.throw("xray:PutTraceSegments");
      const loggingConfiguration = { level: "ERROR", logDestination: "arn:aws:logs:eu-west-1:1:log-group:x:*" };
      expect(() => create(MACHINE, { loggingConfiguration })).to.throw("logs:CreateLogDelivery");
    });

    it("if the inline policies of the role become too large together", () => {
      create(ROLE);
      const large = { policy: policy({ resource: "x".repeat(6000) }) };
      create(ROLE_POLICY, { ...large, name: "one" });
      create(ROLE_POLICY, { ...large, name: "one" });
      expect(() => create(ROLE_POLICY, { ...large, name: "two" })).to.throw("LimitExceeded");
    });

    it("if a rule has five targets, or one in another Region", () => {
      create(RULE);
      for (const targetId of ["a", "b", "c", "d", "e", "e"]) create(TARGET, { targetId });
      expect(() => create(TARGET, { targetId: "f" })).to.throw("LimitExceededException");
      expect(() => create(TARGET, { targetId: "a", arn: "arn:aws:sqs:us-east-1:123456789012:work" })).to.throw(
        "Region",
      );
    });

    it("if its name is taken", () => {
      createAll([ROLE, QUEUE, FUNCTION, MACHINE, "aws:cloudwatch/logGroup:LogGroup", HUB, TOPIC]);
      expect(() => create(ROLE)).to.throw("EntityAlreadyExists");
      expect(() => create(FUNCTION)).to.throw("ResourceConflictException");
      expect(() => create(MACHINE)).to.throw("StateMachineAlreadyExists");
      expect(() => create("aws:cloudwatch/logGroup:LogGroup")).to.throw("ResourceAlreadyExistsException");
      expect(() => create(HUB)).to.throw("ResourceConflictException: Account is already subscribed");
      expect(() => create(QUEUE, { delaySeconds: 1 })).to.throw("already exists with different settings");
      expect(create(QUEUE).id).to.equal(QUEUE_URL);
    });

    it("never for a dashboard: a second one replaces the first", () => {
      create(DASHBOARD);
      create(DASHBOARD, { dashboardBody: '{"widgets":[],"start":"-PT3H"}' });
      expect(accountEntries(folder).map(({ inputs }) => inputs["dashboardBody"])).to.deep.equal([
        '{"widgets":[],"start":"-PT3H"}',
      ]);
    });
  });

  it("keeps accounts and Regions apart, except for roles", () => {
    createAll([QUEUE, ROLE, HUB]);
    create(QUEUE, { region: "eu-west-2" });
    create(HUB, { region: "eu-west-2" });
    create(ROLE, {}, inRegion("eu-west-1", "210987654321"));
    expect(() => create(ROLE, {}, inRegion("eu-west-2"))).to.throw("EntityAlreadyExists");
  });

  it("refuses to delete a rule with targets and a role with policies", () => {
    const states = createAll([ROLE, ROLE_POLICY, RULE, TARGET]);
    const remove = (type: SampleType) => {
      const { id, outputs } = states.get(type) ?? { id: "", outputs: {} };
      resources.delete(type, id, outputs);
    };
    expect(() => remove(RULE)).to.throw("since it has targets");
    expect(() => remove(ROLE)).to.throw("DeleteConflict");
    for (const type of [TARGET, RULE, ROLE_POLICY, ROLE, ROLE] as const) remove(type);
    expect(accountEntries(folder)).to.deep.equal([]);
  });

  it("updates a resource in place", () => {
    const { id, outputs } = create(QUEUE);
    const named = { type: QUEUE, logicalName: "part", urn: "urn" };
    const news = sample(QUEUE, { delaySeconds: 9 });
    expect(resources.update(named, id, outputs, news, true)).to.include({ delaySeconds: 9, url: QUEUE_URL });
    expect(readJournal(folder)).to.have.lengthOf(1);
    expect(resources.update(named, id, outputs, news, false)).to.include({ delaySeconds: 9, url: QUEUE_URL });
    expect(readJournal(folder).at(-1)).to.deep.include({ operation: "update", changed: ["delaySeconds"] });
  });

  it("reads what others changed and deleted, and imports by id", () => {
    const { id, outputs } = create(QUEUE, { region: "eu-west-2" });
    const [entry] = accountEntries(folder);
    if (entry === undefined) throw new Error("no entry");
    const path = entryPath(folder, entry);
    writeFileSync(path, JSON.stringify({ ...entry, inputs: { ...entry.inputs, delaySeconds: 7 } }));
    expect(resources.read(QUEUE, id, outputs)?.outputs).to.include({ delaySeconds: 7, url: id });
    expect(resources.read(QUEUE, `${id}@eu-west-2`, {})).to.include({ id });
    expect(resources.read(QUEUE, id, {})).to.equal(undefined);
    rmSync(path);
    expect(resources.read(QUEUE, id, outputs)).to.equal(undefined);
    create(HUB);
    expect(resources.read(HUB, "123456789012", {})?.id).to.equal("123456789012");
  });

  it("knows resources that others created", () => {
    const place = {
      type: HUB,
      account: "123456789012",
      region: "eu-west-1",
      inputs: { enableDefaultStandards: false },
    };
    expect(addOutside(folder, place)).to.include({ id: "123456789012", region: "eu-west-1" });
    expect(() => create(HUB)).to.throw("already subscribed");
    expect(resources.read(HUB, "123456789012", {})?.inputs).to.deep.equal({
      ...{ enableDefaultStandards: false, region: "eu-west-1" },
    });
    expect(readJournal(folder)).to.deep.equal([]);
  });

  it("knows the hub's controls only where Security Hub is enabled", () => {
    const account = new Account(folder, "123456789012");
    const settings = { account: account.id, region: "eu-west-1", partition: "aws", defaultTags: {} };
    const token = "aws:securityhub/getStandardsControlAssociations:getStandardsControlAssociations";
    const args = { securityControlId: "IAM.1" };
    expect(() => callFunction(token, args, settings, account)).to.throw("InvalidAccessException");
    create(HUB);
    expect(callFunction(token, args, settings, account)).to.include(args);
    expect(() => callFunction(token, { ...args, region: "eu-west-2" }, settings, account)).to.throw("not subscribed");
    expect(() => callFunction("aws:index/getRegion:getRegion", {}, settings, account)).to.throw("does not know");
  });

  it("gives the embedded run what was created", () => {
    createAll([ROLE, FUNCTION]);
    const chosen = { __defaults: ["name"], tagsAll: {} };
    create(QUEUE, chosen);
    create("aws:sqs/queuePolicy:QueuePolicy");
    rmSync(join(folder, "gather.cjs"));
    const queueUrl = (account: string, region: string, name: string) => `http://${account}/${region}/${name}`;
    const graph = accountGraph(folder, { queueUrl });
    const of = (type: string) => graph.find((resource) => resource.type === type);
    const url = "http://123456789012/eu-west-1/work";
    expect(of(QUEUE)).to.include({ name: "part", id: url, region: "eu-west-1" });
    expect(of(QUEUE)?.inputs).to.deep.equal({ visibilityTimeoutSeconds: 720 });
    expect(of("aws:sqs/queuePolicy:QueuePolicy")?.inputs["queueUrl"]).to.equal(url);
    const files = of(FUNCTION)?.inputs["code"] as Record<string, string>;
    expect(Object.keys(files)).to.deep.equal(["gather.cjs"]);
    expect(files["gather.cjs"]).to.match(/code\/.+\/gather\.cjs$/);
  });
});
