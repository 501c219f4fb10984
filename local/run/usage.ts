/** How much the program used of what AWS bills by amount, besides its API calls. */
import * as z from "zod";
import { parseIfJson } from "../../command-line/json-syntax.ts";

/** All runs of one function. */
interface FunctionUsage {
  readonly invocations: number;
  readonly memoryMegabytes: number;
  /** UTF-8 bytes of its own output; what Lambda itself writes to the log is not counted. */
  readonly logBytes: number;
}

export interface Usage {
  /** Messages sent to queues, whoever sent them. */
  readonly messages: number;
  /** States entered, and retries. */
  readonly transitions: number;
  /** By entry file, such as `gather`. */
  readonly functions: Readonly<Record<string, FunctionUsage>>;
  /** Names of the metrics that the functions wrote in the embedded metric format. */
  readonly metrics: readonly string[];
}

const metricLine = z.object({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })) }),
});

/** Counts the runs and the output of functions. */
export class FunctionMeter {
  readonly #functions = new Map<string, FunctionUsage>();
  readonly #metrics = new Set<string>();

  get functions(): Record<string, FunctionUsage> {
    return Object.fromEntries(this.#functions);
  }

  /** Sorted by name. */
  get metrics(): string[] {
    return [...this.#metrics].sort();
  }

  invoked(entry: string, memoryMegabytes: number): void {
    const { invocations = 0, logBytes = 0 } = this.#functions.get(entry) ?? {};
    this.#functions.set(entry, { invocations: invocations + 1, memoryMegabytes, logBytes });
  }

  /** @param text what a function that was invoked wrote */
  wrote(entry: string, text: string): void {
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
