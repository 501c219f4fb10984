import Table from "cli-table3";
import { printable } from "../../local/run/terminal.ts";
import { TROUBLES } from "./compare.ts";
import type { RunResult } from "./run.ts";

const MOST_SHOWN = 8;
const STYLE = { head: [], border: [], compact: true };

/** Returns the lines about one run: what went wrong, or that nothing did. */
export function runText({ run, nodes, faults, troubles, seconds }: RunResult): string {
  const head = `run ${run}: ${nodes} nodes, ${total(faults)} faults, ${seconds.toFixed(0)} s`;
  if (troubles.length === 0) return `${head}: nothing lost`;
  const lines = troubles
    .slice(0, MOST_SHOWN)
    .map(({ kind, about, phase, detail }) => printable(`  phase ${phase}: ${kind}: ${about}: ${detail}`));
  const more = troubles.length > MOST_SHOWN ? [`  ... and ${troubles.length - MOST_SHOWN} more`] : [];
  return [`${head}: ${troubles.length} ${troubles.length === 1 ? "trouble" : "troubles"}`, ...lines, ...more].join(
    "\n",
  );
}

/** Returns the campaign's figures: which operations were broken and how, and what came of it. */
export function campaignText(results: readonly RunResult[], seed: number): string {
  const bad = results.filter(({ troubles }) => troubles.length > 0).map(({ run }) => run);
  const again =
    bad.length === 0
      ? []
      : [`to repeat one: npm run chaos -- --seed ${seed} --run ${bad[0] ?? 1}; with troubles: ${bad.join(", ")}`];
  return [faultTable(results), troubleTable(results), summary(results), ...again].join("\n");
}

function summary(results: readonly RunResult[]): string {
  const faults = results.reduce((sum, result) => sum + total(result.faults), 0);
  const nodes = results.reduce((sum, result) => sum + result.nodes, 0);
  return `${results.length} runs in two phases, ${nodes} nodes, ${faults} faults injected`;
}

function troubleTable(results: readonly RunResult[]): string {
  const table = new Table({ head: ["outcome", "findings or nodes", "runs"], style: STYLE });
  for (const kind of TROUBLES) {
    const hit = results.map(({ troubles }) => troubles.filter((each) => each.kind === kind).length);
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
