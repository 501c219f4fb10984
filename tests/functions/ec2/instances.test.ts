/** The sweep's reads of EC2 by the real SDK, from the stand-in. */
import { EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { ec2Instances } from "../../../functions/ec2/instances.ts";
import { failureKind } from "../../../functions/runtime/failure.ts";
import { Admission } from "../../../local/gateway/admission.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import { Ec2 } from "../../../local/services/ec2/ec2.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

type Fleet = NonNullable<ConstructorParameters<typeof Ec2>[0]>;
const instance = (index: number, Name = "running") => ({ InstanceId: nodeId(index), State: { Name } });

describe("the sweep's reads of EC2", () => {
  let gateway: Gateway;
  let client: EC2Client;
  let fleet: Fleet;
  let refusal: ServiceError | undefined;
  let calls: Record<string, unknown>[];

  before(async () => {
    gateway = await Gateway.listen();
    gateway.serve({
      admission: new Admission({ missing: () => undefined }),
      account: "123456789012",
      identify: () => ({ roleArn: "arn:aws:iam::123456789012:role/r" }),
      standIn: () => ({
        call: (operation, input) => {
          calls.push(input);
          if (refusal !== undefined) throw refusal;
          return new Ec2(fleet).call(operation, input);
        },
      }),
    });
    client = new EC2Client({
      endpoint: gateway.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
      maxAttempts: 1,
    });
  });
  beforeEach(() => {
    refusal = undefined;
    calls = [];
  });
  after(async () => {
    client.destroy();
    await gateway.close();
  });

  it("returns the start and the tags of running instances", async () => {
    const LaunchTime = new Date("2026-11-19T12:00:00.000Z");
    const Tags = [
      { Key: "Lifecycle", Value: "a & b" },
      { Key: "Empty", Value: "" },
    ];
    fleet = [{ ...instance(1), LaunchTime, Tags }, instance(2, "stopped"), instance(3)];
    const { instances, next } = await ec2Instances(client).running();
    expect(next).to.equal(undefined);
    expect(instances.map(({ tags, ...one }) => ({ ...one, tags: Object.fromEntries(tags) }))).to.deep.equal([
      { nodeId: nodeId(1), startedAt: LaunchTime.toISOString(), tags: { Lifecycle: "a & b", Empty: "" } },
      { nodeId: nodeId(3), tags: {} },
    ]);
  });

  it("reads 1,001 instances in pages of 200", async () => {
    fleet = Array.from({ length: 1_001 }, (_, index) => instance(index));
    const found: string[] = [];
    let token: string | undefined;
    do {
      const { instances, next } = await ec2Instances(client).running(token);
      found.push(...instances.map((one) => one.nodeId));
      token = next;
    } while (token !== undefined);
    expect(found).to.deep.equal(fleet.map(({ InstanceId }) => InstanceId));
    expect(calls).to.have.length(6);
  });

  it("says which of 50 instances run, and asks nothing about none", async () => {
    fleet = Array.from({ length: 40 }, (_, index) => instance(index, index % 2 === 0 ? "running" : "stopping"));
    const ids = Array.from({ length: 50 }, (_, index) => nodeId(index));
    const among = await ec2Instances(client).runningAmong(ids);
    expect([...among]).to.deep.equal(ids.slice(0, 40).filter((_, index) => index % 2 === 0));
    expect(calls).to.have.length(1);
    expect([...(await ec2Instances(client).runningAmong([]))]).to.deep.equal([]);
    expect(calls).to.have.length(1);
  });

  for (const [code, status, kind] of [
    ["RequestLimitExceeded", 503, "throttled"],
    ["UnauthorizedOperation", 403, "denied"],
    ["InternalError", 500, "unavailable"],
  ] as const) {
    it(`throws ${code} as ${kind}`, async () => {
      refusal = new ServiceError(code, "no", status);
      const error: unknown = await ec2Instances(client)
        .running()
        .catch((thrown: unknown) => thrown);
      expect([(error as Error).name, failureKind(error)]).to.deep.equal([code, kind]);
    });
  }
});
