/**
 * Makes sure that the engine tests have a Pulumi CLI, and prints where it is. `--check` builds nothing and only says
 * whether it could. If not, prints one line and exits with code 2.
 */
import { buildCli, findCli, NoCli, requireGo } from "./pulumi-cli.ts";

try {
  const found = await findCli();
  if (process.argv.includes("--check")) await (found ?? requireGo());
  else if (found === undefined) {
    process.stdout.write("building the Pulumi CLI once, which takes some minutes\n");
    process.stdout.write(`built ${await buildCli()}\n`);
  } else process.stdout.write(`using ${found}\n`);
} catch (error) {
  if (!(error instanceof NoCli)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
