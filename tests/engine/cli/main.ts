/**
 * Makes sure that the engine tests have a Pulumi CLI, and prints where it is. If there is none, prints one line that
 * says why, and exits with code 2.
 */
import { buildCli, findCli, NoCli } from "./pulumi-cli.ts";

try {
  const found = await findCli();
  if (found === undefined) {
    process.stdout.write("building the Pulumi CLI once, which takes some minutes\n");
    process.stdout.write(`built ${await buildCli()}\n`);
  } else process.stdout.write(`using ${found}\n`);
} catch (error) {
  if (!(error instanceof NoCli)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
