import Table from "cli-table3";
import { counted } from "../../contract/counted.ts";
import type { Figures } from "./figures.ts";
import type { IdleLatency } from "./idle-latency.ts";
import type { BenchResult, FleetResult } from "./results.ts";

type Cell = (figures: Figures) => string;

const STYLE = { head: [], border: [], compact: true };
const whole = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
const decimal = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

const ROWS: readonly (readonly [string, Cell])[] = [
  ["accepted calls, ssm and securityhub", ({ accepted }) => whole(accepted)],
  ["accepted calls per 1,000 nodes", ({ acceptedPer1000Nodes }) => whole(acceptedPer1000Nodes)],
  ["throttled calls", ({ throttled }) => whole(throttled)],
  ["throttled per accepted read", ({ throttledPerAcceptedRead }) => decimal(throttledPerAcceptedRead)],
  ["findings imported", ({ imports }) => whole(imports)],
  ["open findings", ({ openFindings }) => whole(openFindings)],
  ["executions", ({ executions }) => whole(executions)],
  ["state transitions", ({ transitions }) => whole(transitions)],
  ["transitions per execution", ({ transitionsPerExecution }) => decimal(transitionsPerExecution)],
  ["largest state so far, bytes", ({ largestStateBytes }) => whole(largestStateBytes)],
  ["GB-seconds", ({ gigabyteSeconds }) => decimal(gigabyteSeconds)],
  ["time to the last finding or call, s", ({ seconds }) => decimal(seconds)],
  ["bound by the quotas, s", ({ bound }) => (bound === undefined ? "-" : decimal(bound.seconds))],
  ["time / bound", ({ secondsPerBound }) => (secondsPerBound === undefined ? "-" : decimal(secondsPerBound))],
];

/** Returns all results as text for a terminal. */
export function resultTables({ fleets, idle }: BenchResult): string {
  return [...fleets.map(fleetText), ...idle.map(idleText), FOOTNOTE].join("\n\n");
}

const FOOTNOTE =
  "Counts are measured and repeat for a seed. Times follow from the quotas and from assumed durations of calls, functions and states (docs/performance.md).";

function fleetText({ nodes, ssmRate, severalValues, phases }: FleetResult): string {
  const rate = ssmRate === undefined ? "no quotas" : `Systems Manager ${ssmRate}/s per operation (assumed)`;
  return [
    `${counted(nodes, "node")}, ${rate}`,
    table("figure", phases, ROWS),
    boundText(phases),
    callTable(phases),
    functionTable(phases),
    `several values in a filter of ListResourceComplianceSummaries: ${
      severalValues === "accepted and refused" ? "accepted for node ids, refused for compliance types" : severalValues
    }`,
  ].join("\n");
}

function table(what: string, phases: readonly Figures[], rows: readonly (readonly [string, Cell])[]): string {
  const head = [what, ...phases.map(({ phase }) => phase)];
  const made = new Table({ head, colAligns: head.map((_, at) => (at === 0 ? "left" : "right")), style: STYLE });
  for (const [name, cell] of rows) made.push([name, ...phases.map(cell)]);
  return made.toString();
}

/** Names the operation whose quota sets the bound of each phase. */
function boundText(phases: readonly Figures[]): string {
  const bounded = phases.flatMap(({ phase, bound }) => (bound === undefined ? [] : [{ phase, ...bound }]));
  const byOperation = [...Map.groupBy(bounded, ({ operation }) => operation)];
  const listed = byOperation.map(([operation, each]) => `${operation} (${each.map(({ phase }) => phase).join(", ")})`);
  return `bound by: ${listed.join("; ") || "no quota"}`;
}

function callTable(phases: readonly Figures[]): string {
  const names = keysOf(phases.map(({ calls }) => calls));
  const cell = (name: string): Cell => {
    return ({ calls }) => {
      const { accepted = 0, throttled = 0, faulty = 0 } = calls[name] ?? {};
      return [accepted, ...(throttled + faulty > 0 ? [throttled] : []), ...(faulty > 0 ? [faulty] : [])]
        .map(whole)
        .join(" / ");
    };
  };
  return table(
    "calls accepted / throttled / failed",
    phases,
    names.map((name) => [name, cell(name)]),
  );
}

function functionTable(phases: readonly Figures[]): string {
  const names = keysOf(phases.map(({ functions }) => functions));
  const cell = (name: string): Cell => {
    return ({ functions }) => {
      const { invocations = 0, gigabyteSeconds = 0 } = functions[name] ?? {};
      return `${whole(invocations)} (${decimal(gigabyteSeconds)})`;
    };
  };
  return table(
    "invocations (GB-seconds)",
    phases,
    names.map((name) => [name, cell(name)]),
  );
}

function idleText({ batchingWindowSeconds, seconds, parts }: IdleLatency): string {
  const window = typeof batchingWindowSeconds === "number" ? `${batchingWindowSeconds} s` : batchingWindowSeconds;
  const listed = parts.map((part) => `${part.name} ${decimal(part.seconds)}`).join(", ");
  return `one event when idle, batching window ${window}: ${decimal(seconds)} s to its accepted finding\n  ${listed}`;
}

function keysOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
}
