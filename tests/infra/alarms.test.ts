import { expect } from "chai";
import * as z from "zod";
import { captureProgram, Program } from "../fixtures/captured-program.ts";

const metric = z.object({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()),
});
const single = metric.extend({ statistic: z.string().optional(), period: z.number(), threshold: z.number() });
const math = z.object({
  metricQueries: z.array(
    z.object({
      id: z.string(),
      expression: z.string().optional(),
      returnData: z.boolean().optional(),
      metric: metric.extend({ stat: z.string(), period: z.number() }).optional(),
    }),
  ),
  threshold: z.number(),
});
/** One period's data: a metric that has none is left out. */
type Data = Readonly<Record<string, number>>;

/** Evaluates what the program's expressions use of metric math: IF, AND, FILL, comparisons. Missing data stays missing. */
function evaluate(expression: string, data: Data): number | undefined {
  const [, body = ""] = /^IF\((.*), 1, 0\)$/.exec(expression) ?? [];
  const terms = body.split(" AND ").map((term) => {
    const [, filled, plain, sign, bound] = /^(?:FILL\((\w+), 0\)|(\w+)) ([<>]) (\d+)$/.exec(term) ?? [];
    if (sign === undefined) throw new Error(`${expression} has a term that this test does not know: ${term}`);
    const value = filled === undefined ? data[plain ?? ""] : (data[filled] ?? 0);
    return value === undefined ? undefined : sign === "<" ? value < Number(bound) : value > Number(bound);
  });
  if (terms.includes(undefined)) return undefined;
  return terms.every(Boolean) ? 1 : 0;
}

describe("alarms", () => {
  let program: Program;
  const inputs = (name: string) => program.one("MetricAlarm", name).inputs;
  /** Returns whether the alarm goes off if all its periods have the same value. Missing data is within the threshold. */
  const goesOff = (name: string, data: Data) => {
    const { metricQueries, threshold } = math.parse(inputs(name));
    const expression = metricQueries.find(({ returnData }) => returnData)?.expression ?? "";
    return (evaluate(expression, data) ?? threshold) > threshold;
  };
  before(async () => {
    program = new Program(await captureProgram());
  });

  it("treat missing data as OK, because a new deployment has none", () => {
    for (const { inputs, name } of program.all("MetricAlarm"))
      expect(inputs["treatMissingData"], name).to.equal("notBreaching");
    for (const name of ["sweep-missing", "work-not-taken", "executions-waiting"])
      expect(goesOff(name, {}), name).to.equal(false);
  });

  for (const [what, name, data, off] of [
    ["one sweep was started and has not finished", "sweep-missing", { started: 1 }, false],
    ["two sweeps were started and none finished", "sweep-missing", { started: 2 }, true],
    ["two sweeps were started and one finished", "sweep-missing", { started: 2, finished: 1 }, false],
    ["the work queue is empty", "work-not-taken", { visible: 0, deleted: 0 }, false],
    ["messages wait and are done", "work-not-taken", { visible: 9, deleted: 3 }, false],
    ["messages wait and none is done", "work-not-taken", { visible: 9, deleted: 0 }, true],
    ["messages wait and SQS counts no deletions", "work-not-taken", { visible: 9 }, true],
    ["executions wait for a free slot, and others start", "executions-waiting", { waiting: 9, started: 1 }, false],
    ["executions wait, and none starts", "executions-waiting", { waiting: 9, started: 0 }, true],
    ["executions wait, and Step Functions counts no starts", "executions-waiting", { waiting: 9 }, true],
    ["no execution waits or starts", "executions-waiting", { started: 0 }, false],
  ] as const) {
    it(`${name} ${off ? "goes off" : "stays quiet"} if ${what}`, () => {
      expect(goesOff(name, data)).to.equal(off);
    });
  }

  it("watch metrics of the queues, rules and functions that the names say", () => {
    const metricsOf = (name: string) =>
      math.parse(inputs(name)).metricQueries.flatMap(({ metric: one }) => (one === undefined ? [] : [one]));
    const queue = (name: string) => ({ QueueName: `patch-findings-eu-west-1-queues-${name}` });
    expect(metricsOf("work-not-taken").map(({ dimensions }) => dimensions)).to.deep.equal([
      queue("work"),
      queue("work"),
    ]);
    const service = { service: "patch-findings-eu-west-1" };
    const machine = { StateMachineArn: program.one("StateMachine", "").arn };
    expect(metricsOf("executions-waiting").map(({ dimensions }) => dimensions)).to.deep.equal([service, machine]);
    expect(metricsOf("sweep-missing").map(({ dimensions }) => dimensions)).to.deep.equal([
      { RuleName: program.one("EventRule", "sweep-schedule").id },
      service,
    ]);
    for (const [alarm, namespace, metricName, dimensions] of [
      ["old-work", "AWS/SQS", "ApproximateNumberOfMessagesVisible", queue("outage")],
      ["executions-not-counted", "PatchManagerFindings", "ExecutionsNotCounted", service],
      ["executions-not-started", "PatchManagerFindings", "ExecutionsNotStarted", service],
      ...(["dispatch", "redrive", "sweep"] as const).map(
        (name) =>
          [`${name}-failed`, "AWS/Lambda", "Errors", { FunctionName: program.one("Function", name).id }] as const,
      ),
    ] as const) {
      expect(single.parse(inputs(alarm))).to.deep.include({ namespace, metricName, dimensions, threshold: 0 });
    }
  });
});
