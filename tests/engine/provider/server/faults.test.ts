import { expect } from "chai";
import { Faults, type Fault } from "./faults.ts";

const plan = (...faults: readonly Fault[]): Faults => new Faults(JSON.stringify(faults));
const queue = (logicalName: string) => ({ type: "aws:sqs/queue:Queue", logicalName });
const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "",
    (error: unknown) => String(error),
  );

describe("the stand-in provider's faults", () => {
  it("strike the named resource and operation, so many times", async () => {
    const faults = plan({ type: "aws:sqs/queue:Queue", name: "-work$", operation: "create", kind: "fail", count: 1 });
    expect(await failure(faults.around("create", queue("queues-outage"), () => 1))).to.equal("");
    const role = { type: "aws:iam/role:Role", logicalName: "queues-work" };
    expect(await failure(faults.around("create", role, () => 1))).to.equal("");
    expect(await failure(faults.around("update", queue("queues-work"), () => 1))).to.equal("");
    expect(await failure(faults.around("create", queue("queues-work"), () => 1))).to.include("planned fault");
    expect(await failure(faults.around("create", queue("queues-work"), () => 1))).to.equal("");
  });

  it("strike before the effect, or after it", async () => {
    let effects = 0;
    const effect = () => (effects += 1);
    await failure(plan({ name: "x", operation: "delete", kind: "fail" }).around("delete", queue("x"), effect));
    expect(effects).to.equal(0);
    await failure(
      plan({ name: "x", operation: "delete", kind: "fail", after: true }).around("delete", queue("x"), effect),
    );
    expect(effects).to.equal(1);
  });

  it("strike a function by its token", async () => {
    const faults = plan({ type: "aws:index/getPartition:getPartition", name: "", operation: "invoke", kind: "fail" });
    const other = { type: "aws:index/getCallerIdentity:getCallerIdentity", logicalName: "" };
    const partition = { type: "aws:index/getPartition:getPartition", logicalName: "" };
    expect(await failure(faults.around("invoke", other, () => 1))).to.equal("");
    expect(await failure(faults.around("invoke", partition, () => 1))).to.include("planned fault");
  });

  it("delay", async () => {
    const faults = plan({ name: "x", operation: "read", kind: "delay", seconds: 0.01 });
    expect(await faults.around("read", queue("x"), () => "late")).to.equal("late");
    expect(await new Faults("").around("read", queue("x"), () => "at once")).to.equal("at once");
  });
});
