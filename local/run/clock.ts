/**
 * The program's time. While a run is open, Date and the timers of this process follow one virtual clock. It jumps to
 * the next timer when the program has nothing else to do. So waiting takes no longer than the work, and a busy machine
 * causes no time-outs.
 */
// These modules keep the timers that exist when they are loaded. Socket time-outs must stay real.
import "node:http";
import "node:https";
import "node:net";
import "node:tls";
import { install } from "@sinonjs/fake-timers";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { syncBuiltinESMExports } from "node:module";

const { setTimeout, setImmediate, setInterval, clearInterval } = globalThis;

/** Real time, for everything that a person watches: the console, the progress bar, the duration of a run. */
export const realTime = {
  /** Milliseconds since an arbitrary moment. */
  now: performance.now.bind(performance),
  setTimeout,
  setInterval,
  clearInterval,
} as const;

/**
 * What Node.js keeps open without anything to do. Every other resource is an operation outside JavaScript, such as a read
 * of a file, whose callback may set the next timer (Node.js documentation, "process.getActiveResourcesInfo()").
 */
const IDLE_RESOURCES: ReadonlySet<string> = new Set([
  ...["TCPServerWrap", "TCPSocketWrap", "PipeWrap", "PipeServerWrap", "TTYWrap"],
  ...["ProcessWrap", "SignalWrap", "MessagePort", "Worker", "FSEventWrap", "Timeout"],
]);

/** The longest time, in milliseconds, that an unanswered request stops the clock. After that its client times out. */
const LONGEST_STANDSTILL_MS = 30_000;
/**
 * How often a clock with a pace checks whether it may continue, in milliseconds: while idle, and while there is work.
 */
const IDLE_CHECK_MS = 10;
const BUSY_CHECK_MS = 2;
/** The most real time that counts at once, in milliseconds, so that a suspended machine does not skip a day. */
const LONGEST_STEP_MS = 100;
const REQUESTS = "http.client.request.created";

/** One installation of the clock, from the first run that opens to the last one that closes. */
class Ticking {
  readonly #clock: ReturnType<typeof install>;
  readonly #paces: () => Iterable<number>;
  /** Open HTTP requests of this process. */
  #open = 0;
  /** Work besides the requests that stops the clock, however long it takes. */
  #works = 0;
  /** The open requests whose server makes them wait on purpose. */
  #held = 0;
  #stopped = false;
  #movedAt = realTime.now();
  #countedUntil = realTime.now();
  /** The time up to which a clock with a pace may run, in epoch milliseconds. A timer of the clock ends there. */
  #limit: number;
  #isLimited = false;

  constructor(start: number, paces: () => Iterable<number>) {
    this.#clock = install({
      now: start,
      shouldClearNativeTimers: true,
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    });
    const { setTimeout: later } = this.#clock;
    // As in Node.js, no delay is shorter. Otherwise a loop that waits for fractions of a millisecond never ends.
    const atLeastOne: typeof later = (callback, delay = 1, ...rest) => later(callback, Math.max(1, delay), ...rest);
    // The library keeps on the function how it restores the real one.
    Object.assign(this.#clock, { setTimeout: Object.assign(atLeastOne, later) });
    this.#limit = start;
    this.#paces = paces;
    syncBuiltinESMExports();
    subscribe(REQUESTS, this.#onRequest);
    setImmediate(this.#step);
  }

  /** Restores the real clock. */
  stop(): void {
    this.#stopped = true;
    unsubscribe(REQUESTS, this.#onRequest);
    this.#clock.uninstall();
    syncBuiltinESMExports();
  }

  hold(): () => void {
    this.#held += 1;
    return once(() => (this.#held -= 1));
  }

  work(): () => void {
    this.#works += 1;
    return once(() => {
      this.#works -= 1;
      this.#movedAt = realTime.now();
    });
  }

  readonly #onRequest = (message: unknown): void => {
    this.#open += 1;
    const { request } = message as { readonly request: ClientRequest };
    request.once("close", () => (this.#open -= 1));
  };

  get #busy(): boolean {
    if (this.#works > 0) return true;
    if (realTime.now() - this.#movedAt > LONGEST_STANDSTILL_MS) return false;
    return this.#open > this.#held || process.getActiveResourcesInfo().some((each) => !IDLE_RESOURCES.has(each));
  }

  readonly #step = (): void => {
    if (this.#stopped) return;
    const pace = Math.max(...this.#paces());
    let next = (): unknown => setImmediate(this.#step);
    try {
      if (this.#busy) {
        if (pace < Infinity) next = () => setTimeout(this.#step, BUSY_CHECK_MS);
        return;
      }
      if (pace < Infinity && !this.#isLimited) this.#limitTo(pace);
      const moved = this.#move();
      if (!moved || (pace < Infinity && !this.#isLimited)) next = () => setTimeout(this.#step, IDLE_CHECK_MS);
    } finally {
      next();
    }
  };

  /** @returns whether there was a timer to move to */
  #move(): boolean {
    this.#movedAt = realTime.now();
    if (this.#clock.countTimers() === 0) return false;
    this.#clock.next();
    return true;
  }

  #limitTo(pace: number): void {
    const now = realTime.now();
    this.#limit += Math.min(now - this.#countedUntil, LONGEST_STEP_MS) * pace;
    this.#countedUntil = now;
    this.#isLimited = true;
    this.#clock.setTimeout(() => (this.#isLimited = false), Math.max(0, this.#limit - this.#clock.now));
  }
}

const users = new Set<{ readonly pace: number }>();
let ticking: Ticking | undefined;

/**
 * Makes the process follow the virtual clock until the returned function is called. If several runs are open, they share
 * one clock, and the fastest sets its pace.
 * @param pace maximum number of seconds of the program's time per second; `Infinity` for no limit
 * @param start the time at which the clock starts, in epoch milliseconds; ignored if it is running
 * @example
 * const release = useClock(60);
 */
export function useClock(pace: number, start = Date.now()): () => void {
  const user = { pace };
  users.add(user);
  ticking ??= new Ticking(start, () => [...users].map((each) => each.pace));
  return once(() => {
    users.delete(user);
    if (users.size > 0) return;
    ticking?.stop();
    ticking = undefined;
  });
}

/** Stops the clock while other work than an open request runs, until the returned function is called. */
export function stopClock(): () => void {
  return ticking?.work() ?? (() => undefined);
}

/**
 * Lets the clock continue although a request is open, because the request waits for time to pass.
 * @returns a function that ends this
 */
export function holdRequest(): () => void {
  return ticking?.hold() ?? (() => undefined);
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
