import Table from "cli-table3";
import { printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import { VIOLATIONS } from "./compare.ts";
import type { RunResult } from "./run.ts";

const MAX_SHOWN = 8;
const STYLE = { head: [], border: [], compact: true };

/**
 * Returns the lines about one run, with the first of its problems.
 *
 * @example console.log(runText(result));
 */
export function runText({ run, nodes, faults, violations, seconds }: RunResult): string {
  const head = `run ${run}: ${counted(nodes, "node")}, ${counted(total(faults), "fault")}, ${seconds.toFixed(0)} s`;
  if (violations.length === 0) return `${head}: nothing lost`;
  const lines = violations
    .slice(0, MAX_SHOWN)
    .map(({ kind, about, phase, detail }) => printable(`  phase ${phase}: ${kind}: ${about}: ${detail}`));
  const more = violations.length > MAX_SHOWN ? [`  ... and ${violations.length - MAX_SHOWN} more`] : [];
  return [`${head}: ${counted(violations.length, "problem")}`, ...lines, ...more].join("\n");
}

/**
 * Returns the campaign's tables of faults and problems, and how to repeat a run with problems.
 *
 * @example console.log(campaignText(results, 1));
 */
export function campaignText(results: readonly RunResult[], seed: number): string {
  const bad = results.filter(({ violations }) => violations.length > 0).map(({ run }) => run);
  const again =
    bad.length === 0
      ? []
      : [`runs with problems: ${bad.join(", ")}; repeat one with npm run chaos -- --seed ${seed} --run ${bad[0] ?? 1}`];
  return [faultTable(results), troubleTable(results), summary(results), ...again].join("\n");
}

function summary(results: readonly RunResult[]): string {
  const faults = results.reduce((sum, result) => sum + total(result.faults), 0);
  const nodes = results.reduce((sum, result) => sum + result.nodes, 0);
  return `${counted(results.length, "run")} in two phases, ${counted(nodes, "node")}, ${counted(faults, "injected fault")}`;
}

function troubleTable(results: readonly RunResult[]): string {
  const table = new Table({ head: ["outcome", "findings or nodes", "runs"], style: STYLE });
  for (const kind of VIOLATIONS) {
    const hit = results.map(({ violations }) => violations.filter((each) => each.kind === kind).length);
    table.push([kind, hit.reduce((sum, each) => sum + each, 0), hit.filter((each) => each > 0).length]);
  }
  return table.toString();
}

function faultTable(results: readonly RunResult[]): string {
  const kinds = ["error", "timeout", "reset", "partial"];
  const counts = new Map<string, number>();
  for (const [key, count] of results.flatMap(({ faults }) => Object.entries(faults))) {
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  const operations = [...new Set([...counts.keys()].map((key) => key.split(" ")[0] ?? ""))].toSorted();
  const table = new Table({ head: ["broken calls", ...kinds], style: STYLE });
  for (const operation of operations)
    table.push([operation, ...kinds.map((kind) => counts.get(`${operation} ${kind}`) ?? 0)]);
  return table.toString();
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
