import { expect } from "chai";
import { checkFaults, FaultPlan, outageRule, readFaults, type FaultRule } from "../../../local/gateway/faults.ts";
import { InputError } from "../../../command-line/input-error.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Which of the first `calls` calls of an operation are broken. */
function broken(rules: FaultRule[], operation: string, calls: number, service = "securityhub"): number[] {
  const plan = new FaultPlan(rules, () => 0);
  const numbers = Array.from({ length: calls }, (_, index) => index + 1);
  return numbers.filter(() => plan.next(service, operation) !== undefined);
}

const one = (rule: object): FaultRule[] =>
  checkFaults([{ service: "securityhub", kind: "error", ...rule }], "plan.json");

describe("fault plan", () => {
  it("breaks the calls from..from+count-1 of its operation", () => {
    const rules = one({ operation: "BatchImportFindings", from: 2, count: 3 });
    expect(broken(rules, "BatchImportFindings", 7)).to.deep.equal([2, 3, 4]);
    expect(broken(rules, "GetFindings", 7)).to.deep.equal([]);
    expect(broken(rules, "BatchImportFindings", 7, "ssm")).to.deep.equal([]);
  });

  it("counts all operations of a service for *", () => {
    const plan = new FaultPlan(one({ operation: "*", from: 2, count: 1 }), () => 0);
    expect(plan.next("securityhub", "GetFindings")).to.equal(undefined);
    expect(plan.next("securityhub", "BatchImportFindings")).to.include({ kind: "error" });
    expect(plan.next("securityhub", "GetFindings")).to.equal(undefined);
  });

  it("starts the seconds with the from-th call", () => {
    let now = 50_000;
    const plan = new FaultPlan(one({ operation: "GetFindings", from: 2, seconds: 3 }), () => now);
    const call = (at: number): boolean => {
      now = at;
      return plan.next("securityhub", "GetFindings") !== undefined;
    };
    expect([50_000, 60_000, 62_999, 63_000, 70_000].map(call)).to.deep.equal([false, true, true, false, false]);
  });

  it("answers with the given status and code, and with the service's own by default", () => {
    const given = one({ operation: "GetFindings", count: 1, status: 429, code: "LimitExceededException" });
    expect(new FaultPlan(given, () => 0).next("securityhub", "GetFindings")).to.deep.equal({
      kind: "error",
      status: 429,
      code: "LimitExceededException",
    });
    const plain = checkFaults([{ service: "ssm", kind: "error", count: 1 }], "plan.json");
    expect(new FaultPlan(plain, () => 0).next("ssm", "ListComplianceItems")).to.include({
      status: 500,
      code: "InternalServerError",
    });
  });

  it("applies the first rule that matches, and counts the call for all rules", () => {
    const rules = [
      ...one({ operation: "GetFindings", count: 1, code: "First" }),
      ...one({ operation: "GetFindings", from: 2, count: 1, code: "Second" }),
    ];
    const plan = new FaultPlan(rules, () => 0);
    const codes = [1, 2, 3].map(() => plan.next("securityhub", "GetFindings")?.code);
    expect(codes).to.deep.equal(["First", "Second", undefined]);
  });

  it("counts the calls that it broke, by operation and kind", () => {
    const plan = new FaultPlan(one({ operation: "GetFindings", from: 2, count: 2, kind: "reset" }), () => 0);
    for (const operation of ["GetFindings", "GetFindings", "BatchImportFindings", "GetFindings", "GetFindings"]) {
      plan.next("securityhub", operation);
    }
    expect(plan.injected).to.deep.equal({ "securityhub:GetFindings reset": 2 });
  });

  it("is unavailable in an outage, whatever the operation", () => {
    let now = 0;
    const plan = new FaultPlan([outageRule(10)], () => now);
    expect(plan.hubAnswers, "before the first call").to.equal(true);
    expect(plan.next("securityhub", "DescribeHub")).to.deep.equal({
      kind: "error",
      status: 500,
      code: "InternalException",
    });
    now = 9_999;
    expect(plan.next("securityhub", "GetFindings")).to.include({ status: 500 });
    expect(plan.hubAnswers).to.equal(false);
    now = 10_000;
    expect(plan.hubAnswers).to.equal(true);
    expect(plan.next("securityhub", "GetFindings")).to.equal(undefined);
  });

  it("is unavailable while it is switched off, with no effect on other services or on the counts of rules", () => {
    const plan = new FaultPlan(one({ operation: "GetFindings", from: 2, count: 1, code: "Second" }), () => 0);
    const call = (operation: string, service = "securityhub") => plan.next(service, operation)?.code;
    expect(plan.hubAvailable).to.equal(true);
    plan.hubAvailable = false;
    const off = [call("GetFindings"), call("BatchImportFindings"), call("DescribeInstances", "ec2")];
    expect(off).to.deep.equal(["InternalException", "InternalException", undefined]);
    expect(plan.hubAnswers).to.equal(false);
    plan.hubAvailable = true;
    expect([call("GetFindings"), call("GetFindings")]).to.deep.equal(["Second", undefined]);
  });

  const refused: [string, unknown, RegExp][] = [
    ["no list", { service: "ssm" }, /plan\.json: \/: .*array/],
    ["an unknown service", [{ service: "s3", kind: "error", count: 1 }], /\/0\/service: .*ssm/],
    [
      "an unknown operation",
      [{ service: "ssm", operation: "ListComplianceItem", kind: "error", count: 1 }],
      /\/0\/operation: "ListComplianceItem".*ListComplianceItems/,
    ],
    ["an unknown key", [{ service: "ssm", kind: "error", counts: 1 }], /counts/],
    ["an unknown kind", [{ service: "ssm", kind: "slow", count: 1 }], /\/0\/kind: .*timeout/],
    ["neither count nor seconds", [{ service: "ssm", kind: "error" }], /count .*seconds/],
    ["both count and seconds", [{ service: "ssm", kind: "error", count: 1, seconds: 1 }], /count .*seconds/],
    ["from 0", [{ service: "ssm", kind: "error", count: 1, from: 0 }], /\/0\/from/],
    ["a status that is no error", [{ service: "ssm", kind: "error", count: 1, status: 200 }], /\/0\/status/],
    [
      "partial for an operation without partial failures",
      [{ service: "ssm", operation: "ListComplianceItems", kind: "partial", count: 1 }],
      /partial is possible for/,
    ],
    ["a prototype key as service", [{ service: "__proto__", kind: "error", count: 1 }], /\/0\/service/],
  ];
  for (const [name, plan, message] of refused) {
    it(`refuses ${name} in one line`, () => {
      expect(() => checkFaults(plan, "plan.json")).to.throw(InputError, message);
      expect(() => checkFaults(plan, "plan.json")).to.throw(/^[^\n]*$/);
    });
  }

  it("says where a file is malformed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faults-"));
    try {
      const path = join(folder, "plan.json");
      await writeFile(path, '[{"service": "ssm",}]');
      const error: unknown = await readFaults(path).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(InputError).with.property("message").that.includes(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
