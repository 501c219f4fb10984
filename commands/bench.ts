import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { requireWritable, writeResult } from "../command-line/writable-file.ts";
import { counted } from "../contract/counted.ts";
import { readConfigFile } from "../local/program/config-file.ts";
import { parseOptions } from "./bench/options.ts";
import { runBench, type BenchResult } from "./bench/results.ts";
import { resultTables } from "./bench/tables.ts";

/** Runs the bench and returns the exit code: 0 if all phases ended well, 1 if not. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.json !== undefined) await requireWritable(options.json, "the results");
  await readConfigFile(options.config);
  const result = await runBench(options, ({ nodes, ssmRate }, { phase }, seconds) => {
    const rate = ssmRate === undefined ? "no quotas" : `${ssmRate}/s`;
    console.error(`${counted(nodes, "node")}, ${rate}, ${phase}: done in ${seconds.toFixed(1)} s`);
  });
  console.log(resultTables(result));
  if (options.json !== undefined) {
    await writeResult(options.json, `${JSON.stringify(result, null, 2)}\n`, "the results");
  }
  return reportProblems(result);
}

function reportProblems({ fleets }: BenchResult): number {
  const problems = fleets.flatMap(({ nodes, phases }) =>
    phases.flatMap((each) => each.problems.map((problem) => `${counted(nodes, "node")}, ${each.phase}: ${problem}`)),
  );
  if (problems.length === 0) return 0;
  console.error(`the figures prove nothing: ${problems.join("; ")}`);
  return 1;
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
