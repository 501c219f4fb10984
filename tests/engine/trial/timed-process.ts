/** Processes with a time limit that end with all of their group. */
import { spawn } from "node:child_process";

export interface Ended {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TimedProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** All of the environment: nothing of the caller's gets in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** Kills the process group, as a machine that loses power does. */
  readonly signal?: AbortSignal;
  /** What is written to its standard input, which is closed after it. */
  readonly input?: string;
}

/**
 * Runs a command in a process group of its own.
 *
 * @throws if it cannot start, or takes longer than its limit; the error holds the output
 */
export async function runTimed(timed: TimedProcess): Promise<Ended> {
  const child = spawn(timed.command, timed.args, {
    cwd: timed.directory,
    env: timed.environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => void (texts[stream] += text));
  }
  // A process that ends without reading its input breaks the pipe.
  child.stdin.on("error", () => undefined).end(timed.input);
  const late = AbortSignal.timeout(timed.limitMs);
  const stop = AbortSignal.any([late, ...(timed.signal ? [timed.signal] : [])]);
  const kill = () => killGroup(child.pid);
  stop.addEventListener("abort", kill);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (!late.aborted) return { exitCode, ...texts };
  } finally {
    stop.removeEventListener("abort", kill);
  }
  const line = [timed.command, ...timed.args].join(" ");
  throw new Error(`${line} took longer than ${timed.limitMs / 1000} s\n${texts.stdout}\n${texts.stderr}`);
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
