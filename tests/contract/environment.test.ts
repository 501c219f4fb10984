import { expect } from "chai";
import { parseEnvironment, parseVariable } from "../../contract/environment.ts";

const GATHER = {
  BLIND_SPOT_DAYS: "30",
  POWERTOOLS_METRICS_NAMESPACE: "PatchManagerFindings",
  POWERTOOLS_SERVICE_NAME: "dev/patch-findings-eu-west-1",
};

describe("environment variables", () => {
  it("are read by the function's table", () => {
    expect(parseEnvironment("gather", { ...GATHER, PATH: "/bin" })).to.deep.equal({ ...GATHER, BLIND_SPOT_DAYS: 30 });
    expect(parseEnvironment("resolve-window", {})).to.deep.equal({});
  });

  it("must all be set", () => {
    expect(() => parseEnvironment("gather", { ...GATHER, POWERTOOLS_SERVICE_NAME: undefined })).to.throw(
      /^environment variable POWERTOOLS_SERVICE_NAME is not set$/,
    );
  });

  for (const [name, value, expected] of [
    ["PLAN_ONLY", "true", true],
    ["PLAN_ONLY", "false", false],
    ["BLIND_SPOT_DAYS", "1", 1],
    ["MAXIMUM_EXECUTIONS", "4", 4],
  ] as const) {
    it(`${name} ${value} is read`, () => {
      expect(parseVariable(name, { [name]: value })).to.deep.equal(expected);
    });
  }

  for (const [name, value, allowed] of [
    ["ACCOUNT_ID", "", "must not be empty"],
    ["PLAN_ONLY", "True", "must be true or false"],
    ["BLIND_SPOT_DAYS", "0", "must be a whole number of days, at least 1"],
    ["BLIND_SPOT_DAYS", "1.5", "must be a whole number of days, at least 1"],
    ["BLIND_SPOT_DAYS", "soon", "must be a whole number of days, at least 1"],
    ["MAXIMUM_EXECUTIONS", "0", "must be a whole number, at least 1"],
    ["MAXIMUM_EXECUTIONS", "many", "must be a whole number, at least 1"],
  ] as const) {
    it(`${name} ${value || "(empty)"} is refused, with what is allowed`, () => {
      const refusal = () => parseVariable(name, { [name]: value });
      expect(refusal).to.throw(allowed).with.property("message").that.does.not.include("\n");
      expect(refusal).to.throw(`environment variable ${name} is ${JSON.stringify(value)}: `);
    });
  }
});
