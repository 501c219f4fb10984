import { DescribeInstancesCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { ec2Instances } from "../../../commands/capture-fleet/instances.ts";
import { Admission } from "../../../local/gateway/admission.ts";
import { Ec2 } from "../../../local/services/ec2/ec2.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const instance = (index: number, Name: string) => ({ InstanceId: nodeId(index), State: { Name } });
const some = [instance(1, "running"), instance(2, "terminated"), instance(3, "stopped")];

describe("EC2 stand-in, asked by the real SDK", () => {
  let gateway: Gateway;
  let client: EC2Client;
  let instances: ConstructorParameters<typeof Ec2>[0];
  before(async () => {
    gateway = await Gateway.listen();
    gateway.serve({
      admission: new Admission({ missing: () => undefined }),
      account: "123456789012",
      identify: () => ({ roleArn: "arn:aws:iam::123456789012:role/r" }),
      standIn: (service) => (service === "ec2" ? new Ec2(instances) : undefined),
    });
    client = new EC2Client({
      endpoint: gateway.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    await gateway.close();
  });

  const ids = [1, 2, 3, 4].map((index) => nodeId(index));

  it("returns states by id, and omits unknown ids", async () => {
    instances = some;
    expect([...(await ec2Instances(client).states(ids))]).to.deep.equal([
      [nodeId(1), "running"],
      [nodeId(2), "terminated"],
      [nodeId(3), "stopped"],
    ]);
  });

  it("reports no instance as terminated if the fleet has no EC2 data", async () => {
    instances = undefined;
    expect([...(await ec2Instances(client).states(ids)).values()]).to.deep.equal(Array(4).fill("running"));
  });

  it("pages, and filters by state", async () => {
    instances = Array.from({ length: 12 }, (_, index) => instance(index, index % 2 === 0 ? "running" : "stopped"));
    const Filters = [{ Name: "instance-state-name", Values: ["running"] }];
    const first = await client.send(new DescribeInstancesCommand({ Filters, MaxResults: 5 }));
    const { NextToken } = first;
    const second = await client.send(new DescribeInstancesCommand({ Filters, MaxResults: 5, NextToken }));
    expect([first.Reservations?.length, second.Reservations?.length, second.NextToken]).to.deep.equal([
      5,
      1,
      undefined,
    ]);
  });

  it("asks more than 200 ids in several calls", async () => {
    const many = Array.from({ length: 450 }, (_, index) => nodeId(index));
    instances = many.map((InstanceId) => ({ InstanceId, State: { Name: "stopped" } }));
    expect((await ec2Instances(client).states(many)).size).to.equal(450);
  });

  const refused: [name: string, call: () => Promise<unknown>, error: string][] = [
    [
      "an id that is not known",
      () => client.send(new DescribeInstancesCommand({ InstanceIds: [nodeId(99)] })),
      "InvalidInstanceID.NotFound",
    ],
    [
      "ids with a page size",
      () => client.send(new DescribeInstancesCommand({ InstanceIds: [nodeId(1)], MaxResults: 5 })),
      "InvalidParameterCombination",
    ],
    [
      "a filter that it does not know",
      () => client.send(new DescribeInstancesCommand({ Filters: [{ Name: "tag:<x>", Values: ["&"] }] })),
      "InvalidParameterValue",
    ],
    [
      "a page that is too small",
      () => client.send(new DescribeInstancesCommand({ MaxResults: 1 })),
      "InvalidParameterValue",
    ],
    ["another operation", () => client.send(new DescribeVpcsCommand({})), "UnsupportedOperation"],
  ];
  for (const [name, call, error] of refused) {
    it(`refuses ${name}`, async () => {
      instances = some;
      const outcome: unknown = await call().catch((reason: unknown) => reason);
      expect(outcome).to.have.property("name", error);
    });
  }
});
