/** The program's usage of what AWS bills by quantity, besides API calls. */
import * as z from "zod";
import { parseIfJson } from "../../command-line/json-syntax.ts";

/** All invocations of one function. */
interface FunctionUsage {
  readonly invocations: number;
  readonly memoryMegabytes: number;
  /** UTF-8 bytes of its own output. Lambda's own log lines are not counted. */
  readonly logBytes: number;
}

export interface Usage {
  /** Messages sent to queues, by any sender. */
  readonly messages: number;
  /** States entered, and retries. */
  readonly transitions: number;
  /** By entry file, such as `gather`. */
  readonly functions: Readonly<Record<string, FunctionUsage>>;
  /** Names of the metrics that the functions wrote in the embedded metric format. */
  readonly metrics: readonly string[];
  /** Events that SNS topics and other event buses received. Absent if the program sends to none. */
  readonly notifications?: number;
}

const metricLine = z.object({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })) }),
});

/** Counts the invocations and the output of functions. */
export class FunctionMeter {
  readonly #functions = new Map<string, FunctionUsage>();
  readonly #metrics = new Set<string>();
  readonly #last = new Map<string, Date>();

  get functions(): Record<string, FunctionUsage> {
    return Object.fromEntries(this.#functions);
  }

  /** Sorted by name. */
  get metrics(): string[] {
    return [...this.#metrics].sort();
  }

  /** Returns when a function was invoked last. */
  lastInvocation(entry: string): Date | undefined {
    return this.#last.get(entry);
  }

  addInvocation(entry: string, memoryMegabytes: number): void {
    this.#last.set(entry, new Date());
    const { invocations = 0, logBytes = 0 } = this.#functions.get(entry) ?? {};
    this.#functions.set(entry, { invocations: invocations + 1, memoryMegabytes, logBytes });
  }

  /** Records output. @param text the output of a function that was invoked before */
  addOutput(entry: string, text: string): void {
    const usage = this.#functions.get(entry);
    if (usage !== undefined) {
      this.#functions.set(entry, { ...usage, logBytes: usage.logBytes + Buffer.byteLength(text) });
    }
    for (const line of text.split("\n")) if (line.includes('"_aws"')) this.#noteMetrics(line);
  }

  #noteMetrics(line: string): void {
    const { data } = metricLine.safeParse(parseIfJson(line));
    const names = data?._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
    for (const name of names) this.#metrics.add(name);
  }
}
