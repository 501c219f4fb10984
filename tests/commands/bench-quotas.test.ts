import { expect } from "chai";
import { boundOf } from "../../commands/bench/bound.ts";
import { LimitedFilters, type FilterLimit } from "../../commands/bench/filter-values.ts";
import { parseOptions } from "../../commands/bench/options.ts";
import { quotas, throttled } from "../../commands/bench/quotas.ts";
import { TokenBucket } from "../../commands/bench/token-bucket.ts";
import { InputError } from "../../command-line/input-error.ts";
import { ServiceError } from "../../local/gateway/stand-in.ts";

describe("the quotas of the bench", () => {
  for (const { what, rate, at, accepted } of [
    { what: "a burst", rate: { perSecond: 3, burst: 6 }, at: [0, 0, 0, 0, 0, 0, 0], accepted: 6 },
    { what: "one token a third of a second later", rate: { perSecond: 3, burst: 1 }, at: [0, 300, 334], accepted: 2 },
    {
      what: "no more than a burst after a pause",
      rate: { perSecond: 2, burst: 2 },
      at: [0, 9e6, 9e6, 9e6],
      accepted: 3,
    },
    { what: "the rate over time", rate: { perSecond: 10, burst: 1 }, at: seconds(10, 0.05), accepted: 100 },
    { what: "a refused call without a token", rate: { perSecond: 1, burst: 1 }, at: [0, 500, 1000], accepted: 2 },
  ]) {
    it(`accept ${what}`, () => {
      const bucket = new TokenBucket(rate);
      expect(at.filter((time) => bucket.take(time))).to.have.length(accepted);
    });
  }

  it("are Security Hub's own, and the assumed one for Systems Manager", () => {
    const limits = quotas(20);
    expect(limits("securityhub", "GetFindings")).to.deep.equal({ perSecond: 3, burst: 6 });
    expect(limits("securityhub", "BatchUpdateFindings")).to.deep.equal({ perSecond: 10, burst: 30 });
    expect(limits("securityhub", "DescribeHub")).to.deep.equal({ perSecond: 10, burst: 30 });
    expect(limits("ssm", "ListComplianceItems")).to.deep.equal({ perSecond: 20, burst: 20 });
    expect(limits("sqs", "SendMessage")).to.equal(undefined);
  });

  it("are refused as each service does", () => {
    expect(throttled("ssm")).to.include({ code: "ThrottlingException", status: 400 });
    expect(throttled("securityhub")).to.include({ code: "TooManyRequestsException", status: 429 });
  });

  it("bound the time by the operation that needs the most of it", () => {
    const none = { throttled: 9, faulty: 9 };
    const calls = {
      "ssm:ListComplianceItems": { accepted: 100, ...none },
      "securityhub:GetFindings": { accepted: 30, ...none },
      "sqs:SendMessage": { accepted: 1_000_000, ...none },
    };
    expect(boundOf(calls, quotas(20))).to.deep.equal({ seconds: 10, operation: "securityhub:GetFindings" });
    expect(boundOf(calls, quotas(5))).to.deep.equal({ seconds: 20, operation: "ssm:ListComplianceItems" });
    expect(boundOf(calls, undefined)).to.equal(undefined);
  });
});

describe("filters of ListResourceComplianceSummaries in the bench", () => {
  const caller = { roleArn: "", account: "", region: "" };
  const two = (Key: string) => ({ Filters: [{ Key, Values: ["a", "b"] }] });
  const asked = (limit: FilterLimit, input: object, known = true): LimitedFilters => {
    const answer = (): object => {
      if (!known) throw new ServiceError("InvalidFilter", "unknown");
      return {};
    };
    const filters = new LimitedFilters({ call: answer }, limit);
    try {
      filters.call("ListResourceComplianceSummaries", { ...input }, caller);
    } catch (error) {
      expect(error).to.be.instanceOf(ServiceError).with.property("code", "InvalidFilter");
    }
    return filters;
  };
  for (const { limit, input, says, known } of [
    { limit: "none", input: two("ComplianceType"), says: "accepted" },
    { limit: "one type", input: two("ComplianceType"), says: "refused" },
    { limit: "one type", input: two("InstanceId"), says: "accepted" },
    { limit: "one value", input: two("InstanceId"), says: "refused" },
    { limit: "one value", input: { Filters: [{ Key: "InstanceId", Values: ["a"] }] }, says: "not asked" },
    { limit: "none", input: {}, says: "not asked" },
    { limit: "none", input: two("InstanceId"), says: "refused", known: false },
  ] as const) {
    it(`with the limit ${limit}: ${JSON.stringify(input)} is ${says}${known === false ? " if the key is unknown" : ""}`, () => {
      expect(asked(limit, input, known).severalValues).to.equal(says);
    });
  }
});

describe("the options of npm run bench", () => {
  for (const { args, says } of [
    { args: ["--nodes", "5"], says: "Allowed: a whole number from 10 to 100000" },
    { args: ["--nodes", "100,many"], says: "Allowed: a whole number" },
    { args: ["--nodes", ""], says: "Allowed: a whole number" },
    { args: ["--phase", "second"], says: "Allowed: first, unchanged, sweep, patched, recovery" },
    { args: ["--ssm-rate", "0"], says: "Allowed: a number from 1" },
    { args: ["--no-quotas", "--ssm-rate", "20"], says: "--no-quotas and --ssm-rate cannot be used together" },
    { args: ["--one-type", "--one-value"], says: "--one-type and --one-value cannot be used together" },
    { args: ["--nodes", "100000", "--rows", "1000"], says: "--rows times --nodes is more than" },
    { args: ["--speed"], says: "unknown option" },
    { args: ["more"], says: "too many arguments" },
  ]) {
    it(`refuse ${args.join(" ")} in one line`, () => {
      expect(() => parseOptions(args))
        .to.throw(InputError, says)
        .with.property("message")
        .that.does.not.include("\n");
    });
  }

  it("have defaults", () => {
    const { nodes, ssmRate, phase, filterLimit } = parseOptions([]);
    expect({ nodes, ssmRate, filterLimit }).to.deep.equal({
      nodes: [1_000, 10_000],
      ssmRate: [20],
      filterLimit: "none",
    });
    expect(phase).to.include.members(["first", "recovery"]);
  });

  it("take lists", () => {
    const options = parseOptions([
      "--nodes",
      "100, 200,100",
      "--ssm-rate",
      "10,20,40",
      "--phase",
      "sweep",
      "--one-type",
    ]);
    expect(options).to.deep.include({ nodes: [100, 200], ssmRate: [10, 20, 40], phase: ["sweep"] });
    expect(options.filterLimit).to.equal("one type");
    expect(parseOptions(["--no-quotas"]).ssmRate).to.deep.equal([undefined]);
  });
});

/** Times in milliseconds from 0 up to but not including a number of seconds, this many seconds apart. */
function seconds(until: number, apart: number): number[] {
  return Array.from({ length: until / apart }, (_, index) => index * apart * 1000);
}
