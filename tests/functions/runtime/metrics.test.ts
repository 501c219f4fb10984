import { Metrics } from "@aws-lambda-powertools/metrics";
import { expect } from "chai";
import * as z from "zod";
import { metricsCounter } from "../../../functions/runtime/metrics.ts";
import { runTask } from "../../../functions/runtime/task.ts";
import { changeCounts, daysToClose, operationAges } from "../../../functions/finding/change-metrics.ts";
import { days, minutes, NODE, rated, READ_AT } from "../../fixtures/node-fixtures.ts";

/** What the counter writes, each line parsed. */
function written(count: (counter: ReturnType<typeof metricsCounter>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = console.log;
  const metrics = new Metrics({ namespace: "PatchManagerFindings", serviceName: "dev/patch-findings-eu-west-1" });
  const own = Reflect.get(metrics, "console") as Console;
  own.log = (line: string) => void lines.push(line);
  try {
    count(metricsCounter(metrics));
  } finally {
    console.log = log;
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
const emf = z.object({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
  service: z.string(),
});

describe("metrics", () => {
  it("are one line in the embedded metric format, by stack and Region, without zeros", () => {
    const [line, ...more] = written((counter) =>
      counter.record({ FindingsOpened: 2, FindingsClosed: 0 }, { OperationToAcceptance: [1.5, 3] }),
    );
    expect(more).to.deep.equal([]);
    const { _aws, service } = emf.parse(line);
    expect(service).to.equal("dev/patch-findings-eu-west-1");
    expect(_aws.CloudWatchMetrics).to.deep.equal([
      {
        Namespace: "PatchManagerFindings",
        Dimensions: [["service"]],
        Metrics: [
          { Name: "FindingsOpened", Unit: "Count" },
          { Name: "OperationToAcceptance", Unit: "Seconds" },
        ],
      },
    ]);
    expect(line).to.deep.include({ FindingsOpened: 2, OperationToAcceptance: [1.5, 3] });
  });

  it("write no line if all are zero", () => {
    expect(written((counter) => counter.record({ FindingsOpened: 0 }, { OperationToAcceptance: [] }))).to.deep.equal(
      [],
    );
  });

  it("write gauges with their units, zeros too, and durations in days", () => {
    const [gauges, durations] = written((counter) => {
      counter.gauge({ OpenFindingsCritical: 0, CompliantNodes: 99.5 });
      counter.record({}, { DaysToClose: [3.5] });
    }).map((line) => emf.parse(line)._aws.CloudWatchMetrics[0]?.Metrics);
    expect(gauges).to.deep.equal([
      { Name: "OpenFindingsCritical", Unit: "Count" },
      { Name: "CompliantNodes", Unit: "Percent" },
    ]);
    expect(durations).to.deep.equal([{ Name: "DaysToClose", Unit: "None" }]);
  });

  const closings: [name: string, intent: object, expected: number[]][] = [
    ["a proof", { action: "close", content: { shows: "compliance", ended: { openSince: days(-3) } } }, [3]],
    [
      "a clock that is ahead",
      { action: "close", content: { shows: "compliance", ended: { openSince: days(1) } } },
      [0],
    ],
    ["an unreadable time", { action: "close", content: { shows: "compliance", ended: { openSince: "?" } } }, []],
    ["an unknown time", { action: "close", content: { shows: "compliance", ended: {} } }, []],
    ["a blind spot", { action: "close", content: { shows: "report", ended: { openSince: days(-3) } } }, []],
    ["a removed node", { action: "close", content: { shows: "removal", removed: "terminated" } }, []],
    ["an unchanged finding", { action: "unchanged" }, []],
  ];
  for (const [name, intent, expected] of closings) {
    it(`measure the days until a finding closed: ${name}`, () => {
      expect(daysToClose([intent as never], new Date(days(0)))).to.deep.equal(expected);
    });
  }

  it("count the changes of a batch", () => {
    const done = (["open", "reopen", "update", "refresh", "refresh", "close", "unchanged"] as const).map((action) => ({
      nodeId: NODE,
      action,
    }));
    const blind = { nodeId: NODE, kind: "blindSpot" as const, action: "open" as const };
    expect(changeCounts([...done, blind])).to.deep.equal({
      FindingsOpened: 3,
      FindingsUpdated: 3,
      FindingsClosed: 1,
      BlindSpotsFound: 1,
    });
  });

  const run = (notBefore: string) => ({ document: "AWS-RunPatchBaseline" as const, notBefore });
  const ages: [name: string, evidence: object, action: "open" | "unchanged", expected: number[]][] = [
    ["a change that an event announced", { run: run(minutes(-10)), endedAt: minutes(-5) }, "open", [300]],
    ["a finding that did not change", { run: run(minutes(-10)), endedAt: minutes(-5) }, "unchanged", []],
    ["a sweep", { endedAt: minutes(-5) }, "open", []],
    ["older data than the event announced", { run: run(minutes(-10)), endedAt: days(-3) }, "open", []],
    ["a clock that is ahead", { run: run(minutes(-10)), endedAt: minutes(5) }, "open", [0]],
  ];
  for (const [name, evidence, action, expected] of ages) {
    it(`measure the age of an operation: ${name}`, () => {
      const judged = rated();
      const judgements = [{ evidence: { ...judged.evidence, run: undefined, ...evidence } }];
      const done = [{ nodeId: judged.evidence.nodeId, action }];
      expect(operationAges(judgements as never, done, new Date(READ_AT))).to.deep.equal(expected);
    });
  }
});

describe("a state's function", () => {
  it("names the execution in its log", async () => {
    const keys: object[] = [];
    const output = await runTask(
      { execution: "batch-1", input: { a: 1 } },
      { appendKeys: (more) => void keys.push(more) },
      ({ a }) => ({ b: a + 1 }),
    );
    expect(output).to.deep.equal({ b: 2 });
    expect(keys).to.deep.equal([{ execution: "batch-1" }]);
  });
});
