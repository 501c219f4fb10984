/** Enforces the quotas, adds the durations, and counts what happens. */
import { pause, type InvokedFunction, type PacedCall, type Pacing } from "../../local/gateway/pacing.ts";
import { computingTime, latencyOf, TASK_MS } from "./durations.ts";
import { throttled, type Quotas } from "./quotas.ts";
import { TokenBucket } from "./token-bucket.ts";

/** The calls of one operation. */
export interface CallCount {
  readonly accepted: number;
  readonly throttled: number;
  /** Calls that the fault plan answered. */
  readonly faulty: number;
}

/** The invocations of one function. */
export interface FunctionCount {
  readonly invocations: number;
  readonly gigabyteSeconds: number;
}

interface Invocation {
  readonly entry: string;
  readonly start: number;
  readonly end: number;
}

const MEGABYTES_PER_GIGABYTE = 1024;
const NO_CALLS: CallCount = { accepted: 0, throttled: 0, faulty: 0 };

/** The pacing of a bench run. Its counts begin at the last {@link reset}. */
export class Recorder implements Pacing {
  readonly taskMs = TASK_MS;
  readonly #quotas: Quotas | undefined;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #calls = new Map<string, CallCount>();
  readonly #functions = new Map<string, FunctionCount>();
  readonly #lastAnswers = new Map<string, number>();
  #invocations: Invocation[] = [];

  /** @param quotas undefined for none */
  constructor(quotas: Quotas | undefined) {
    this.#quotas = quotas;
  }

  /** The calls by operation, such as `ssm:ListComplianceItems`, sorted by name. */
  get calls(): Record<string, CallCount> {
    return sorted(this.#calls);
  }

  /** By entry file, sorted by name. */
  get functions(): Record<string, FunctionCount> {
    return sorted(this.#functions);
  }

  /** The invocations that have ended, in the order of their end. */
  get invocations(): readonly Invocation[] {
    return this.#invocations;
  }

  /** When the last accepted answer to one of these operations arrived, in epoch milliseconds. */
  lastAnswer(isOne: (operation: string) => boolean): number | undefined {
    const times = [...this.#lastAnswers].filter(([operation]) => isOne(operation)).map(([, time]) => time);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /** Starts the counts again. The quotas that are used up stay so. */
  reset(): void {
    this.#calls.clear();
    this.#functions.clear();
    this.#lastAnswers.clear();
    this.#invocations = [];
  }

  call(service: string, operation: string, isFaulty: boolean): PacedCall {
    const key = `${service}:${operation}`;
    const latencyMs = latencyOf(service);
    if (isFaulty) return this.#counted(key, "faulty", { latencyMs });
    if (!this.#isWithinQuota(service, operation, key)) {
      return this.#counted(key, "throttled", { latencyMs, refusal: throttled(service) });
    }
    this.#lastAnswers.set(key, Date.now() + latencyMs);
    return this.#counted(key, "accepted", { latencyMs });
  }

  async invocation({ entry, memoryMegabytes, event }: InvokedFunction, run: () => Promise<unknown>): Promise<unknown> {
    const start = Date.now();
    const { before, after } = computingTime(entry, memoryMegabytes);
    try {
      await pause(before(sizeOf(event)));
      const answer = await run();
      await pause(after(sizeOf(answer)));
      return answer;
    } finally {
      const end = Date.now();
      this.#invocations.push({ entry, start, end });
      const { invocations, gigabyteSeconds } = this.#functions.get(entry) ?? { invocations: 0, gigabyteSeconds: 0 };
      const added = ((end - start) / 1000) * (memoryMegabytes / MEGABYTES_PER_GIGABYTE);
      this.#functions.set(entry, { invocations: invocations + 1, gigabyteSeconds: gigabyteSeconds + added });
    }
  }

  #isWithinQuota(service: string, operation: string, key: string): boolean {
    const rate = this.#quotas?.(service, operation);
    if (rate === undefined) return true;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rate);
    this.#buckets.set(key, bucket);
    return bucket.take(Date.now());
  }

  #counted(key: string, outcome: keyof CallCount, answer: PacedCall): PacedCall {
    const count = this.#calls.get(key) ?? NO_CALLS;
    this.#calls.set(key, { ...count, [outcome]: count[outcome] + 1 });
    return answer;
  }
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? null));

function sorted<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
