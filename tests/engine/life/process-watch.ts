/** The processes of an operation: which they are, and how much memory they take together. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Watched<Result> {
  readonly result: Result;
  /** Command lines of all processes that were seen. */
  readonly processes: readonly string[];
  /** The largest sum of the processes' resident memory, in MB. Pages that they share are counted several times. */
  readonly peakMegabytes: number;
}

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly kilobytes: number;
  readonly line: string;
}

const INTERVAL_MS = 250;
const execute = promisify(execFile);

/**
 * Runs an operation, and looks at its processes several times a second.
 *
 * @param mark part of the command line of its first process; the processes below that one count too
 */
export async function watchProcesses<Result>(mark: string, operation: () => Promise<Result>): Promise<Watched<Result>> {
  const seen = new Map<number, string>();
  let peak = 0;
  const look = async (): Promise<void> => {
    const processes = family(await listProcesses(), mark);
    for (const { id, line } of processes) seen.set(id, line);
    const sum = processes.reduce((total, { kilobytes }) => total + kilobytes, 0);
    peak = Math.max(peak, sum);
  };
  const stop = new AbortController();
  const watching = repeat(look, stop.signal);
  try {
    const result = await operation();
    return { result, processes: [...seen.values()], peakMegabytes: Math.round(peak / 1024) };
  } finally {
    stop.abort();
    await watching;
  }
}

async function repeat(action: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await action();
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

async function listProcesses(): Promise<Process[]> {
  const { stdout } = await execute("ps", ["-axww", "-o", "pid=,ppid=,rss=,args="], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split("\n").flatMap((text) => {
    const [, id, parent, kilobytes, line] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/u.exec(text) ?? [];
    return line === undefined ? [] : [{ id: Number(id), parent: Number(parent), kilobytes: Number(kilobytes), line }];
  });
}

/** Returns the marked processes and all below them. A plugin has a process group of its own. */
function family(all: readonly Process[], mark: string): Process[] {
  const members = new Set(all.filter(({ line }) => line.includes(mark)).map(({ id }) => id));
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { id, parent } of all) if (members.has(parent)) members.add(id);
  }
  return all.filter(({ id }) => members.has(id));
}
