/** Runs a tool as a child process and measures it with Python's `resource` module, the same way for every tool. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const MEASURE = join(import.meta.dirname, "measure.py");
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const usage = z.object({
  exitCode: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
});

/** What one run of a tool used. */
export interface Used extends z.output<typeof usage> {
  /** The end of what it printed, for error messages. */
  readonly output: string;
}

/** The process to run. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a command to its end. An exit code other than 0 is a result, not an error.
 * @param python runs the measurement, and is not part of it
 * @param scratch an existing directory for the figures
 * @throws {Error} if the command could not be measured
 */
export async function runMeasured(command: Command, python: string, scratch: string): Promise<Used> {
  const figures = join(scratch, "used.json");
  const args = [MEASURE, figures, command.file, ...command.args];
  const options = { cwd: command.directory, env: { ...command.environment }, maxBuffer: MAX_OUTPUT_BYTES };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(python, args, options, (error, stdout, stderr) => {
      const text = `${stdout}\n${stderr}`.slice(-4_000);
      if (error === null) resolve(text);
      else reject(new Error(`${command.file} could not be measured: ${text}`, { cause: error }));
    });
  });
  return { ...usage.parse(JSON.parse(await readFile(figures, "utf8"))), output };
}
