import { expect } from "chai";
import type { CapturedResource } from "../../../local/program/captured-resource.ts";
import type { Cloud } from "../../../local/run/cloud.ts";
import { queueArn, RULE, startSmallCloud } from "../../fixtures/small-program.ts";

const [ACCOUNT, REGION] = ["111122223333", "eu-west-1"];
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:tickets`;
const BUS = `arn:aws:events:us-east-1:444455556666:event-bus/tickets`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/notify`;
const HOUR = 3600;

const resource = (type: string, name: string, inputs: object, arn = ""): CapturedResource => ({
  type,
  name,
  inputs: { ...inputs },
  id: name,
  arn,
  region: REGION,
});
const policy = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const NOTIFY = RULE.replace("app", "notify");

/** A rule whose target is outside the program, and its dead-letter queue. */
const notifying = (target: object): CapturedResource[] => [
  resource("aws:cloudwatch/eventRule:EventRule", "notify", { eventPattern: '{"source":["aws.securityhub"]}' }, NOTIFY),
  resource("aws:cloudwatch/eventTarget:EventTarget", "notify", {
    rule: "notify",
    deadLetterConfig: { arn: queueArn("dead") },
    ...target,
  }),
  resource("aws:sqs/queuePolicy:QueuePolicy", "dead", {
    queueUrl: "DEAD",
    policy: policy({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn("dead"),
    }),
  }),
];
const role = (allowed: string): CapturedResource[] => [
  {
    ...resource("aws:iam/role:Role", "notify", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "events.amazonaws.com" } }),
    }),
    arn: ROLE,
  },
  resource("aws:iam/rolePolicy:RolePolicy", "notify", {
    role: "notify",
    policy: policy({ Action: "events:PutEvents", Resource: allowed }),
  }),
];
const imported = (number: number) => ({ source: "aws.securityhub", region: REGION, detail: { number } });

describe("targets outside the program", () => {
  let running: { cloud: Cloud; stop(): Promise<void> } | undefined;
  afterEach(() => running?.stop());

  async function start(more: readonly CapturedResource[], faults: object[] = []): Promise<Cloud> {
    const change = (resources: CapturedResource[]) => {
      const url = resources.find(({ type, name }) => type.endsWith(":Queue") && name === "dead")?.id ?? "";
      return [
        ...resources,
        ...more.map((each) =>
          each.inputs["queueUrl"] === "DEAD" ? { ...each, inputs: { ...each.inputs, queueUrl: url } } : each,
        ),
      ];
    };
    running = await startSmallCloud({ change, faults });
    return running.cloud;
  }
  async function send(cloud: Cloud, count: number): Promise<unknown[]> {
    for (let number = 1; number <= count; number += 1) cloud.emit(imported(number), REGION);
    await cloud.drained();
    return (cloud.notifications?.deliveries ?? []).map(
      ({ event }) => (event as ReturnType<typeof imported>).detail.number,
    );
  }
  const dead = async (cloud: Cloud) => (await cloud.peek(queueArn("dead"))).length;

  it("receive events in order, which neither the traffic nor the API calls count", async () => {
    const cloud = await start(notifying({ arn: TOPIC }));
    expect(await send(cloud, 3)).to.deep.equal([1, 2, 3]);
    expect(cloud.notifications?.deliveries[0]?.targetArn).to.equal(TOPIC);
    expect(cloud.notifications?.failed).to.equal(0);
    expect(cloud.usage.notifications).to.equal(3);
    expect(cloud.traffic).to.deep.equal({ eventsPut: 0, eventsMatched: 0 });
    expect(cloud.apiCalls).to.deep.equal({});
  });

  it("are retried for hours while they fail", async () => {
    const cloud = await start(notifying({ arn: TOPIC }), [{ service: "sns", kind: "error", seconds: 2 * HOUR }]);
    const before = Date.now();
    expect(await send(cloud, 2)).to.deep.equal([1, 2]);
    expect(Date.now() - before).to.be.within(2 * HOUR * 1000, 2.3 * HOUR * 1000);
    expect(await dead(cloud)).to.equal(0);
  });

  it("lose an event to the dead-letter queue after a day", async () => {
    const cloud = await start(notifying({ arn: TOPIC }), [{ service: "sns", kind: "timeout", seconds: 25 * HOUR }]);
    const before = Date.now();
    expect(await send(cloud, 1)).to.deep.equal([]);
    expect(Date.now() - before).to.be.within(23 * HOUR * 1000, 24.1 * HOUR * 1000);
    expect(await dead(cloud)).to.equal(1);
    expect(cloud.notifications?.failed).to.equal(1);
  });

  it("that refuse an event lose it without a retry", async () => {
    const cloud = await start(notifying({ arn: TOPIC }), [{ service: "sns", kind: "error", status: 403, count: 1 }]);
    expect(await send(cloud, 2)).to.deep.equal([2]);
    expect(await dead(cloud)).to.equal(1);
  });

  it("that are event buses need a role with permission for that bus", async () => {
    const cloud = await start([...role(BUS), ...notifying({ arn: BUS, roleArn: ROLE })]);
    expect(await send(cloud, 1)).to.deep.equal([1]);
    expect(cloud.used).to.deep.include({ role: ROLE, action: "events:PutEvents", resource: BUS, context: {} });
    expect(cloud.denied).to.deep.equal([]);
  });

  it("that are event buses receive nothing if the role lacks the permission", async () => {
    const cloud = await start([...role(`${BUS}-2`), ...notifying({ arn: BUS, roleArn: ROLE })]);
    expect(await send(cloud, 1)).to.deep.equal([]);
    expect(await dead(cloud)).to.equal(1);
    expect(cloud.denied).to.deep.equal([{ role: ROLE, action: "events:PutEvents", resource: BUS }]);
  });

  it("are not known to a program that has none", async () => {
    const cloud = await start([]);
    cloud.emit(imported(1), REGION);
    await cloud.drained();
    expect(cloud.notifications).to.equal(undefined);
    expect(cloud.usage).to.not.have.property("notifications");
  });
});
