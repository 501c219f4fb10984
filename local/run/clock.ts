/**
 * The program's time. While a run is open, Date and the timers of this process follow one virtual clock: it moves to the
 * next timer when the program has nothing to do until then. So a wait takes no longer than the work does, and on a busy
 * machine nothing times out that would not do so on an idle one.
 */
// These modules keep the timers that they find when they are loaded. Time-outs of sockets are to stay real.
import "node:http";
import "node:https";
import "node:net";
import "node:tls";
import { install } from "@sinonjs/fake-timers";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { syncBuiltinESMExports } from "node:module";

const { setTimeout, setImmediate, setInterval, clearInterval } = globalThis;

/** Time as the machine's clock measures it, for what a person watches: the console, the progress bar, a run's duration. */
export const realTime = {
  /** Milliseconds since some moment. */
  now: performance.now.bind(performance),
  setTimeout,
  setInterval,
  clearInterval,
} as const;

/** What Node.js does outside of JavaScript; its callbacks may set the next timer. */
const UNDER_WAY: ReadonlySet<string> = new Set([
  "FSReqCallback",
  "FSReqPromise",
  "GetAddrInfoReqWrap",
  "TCPConnectWrap",
  "WriteWrap",
  "ShutdownWrap",
  "Immediate",
]);

/** A request that gets no answer must not stop time for longer: then its client's time-out ends it. Milliseconds. */
const LONGEST_STANDSTILL = 30_000;
/** How often a clock with a pace looks whether it may go on, in milliseconds: while it is idle, and while there is work. */
const IDLE_LOOK = 10;
const BUSY_LOOK = 2;
/** The most real time that counts at once, in milliseconds: a machine that was suspended does not skip a day. */
const LONGEST_STEP = 100;
const REQUESTS = "http.client.request.created";

/** One installation of the clock, from the first run that opens to the last one that closes. */
class Ticking {
  readonly #clock = install({
    now: Date.now(),
    shouldClearNativeTimers: true,
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  readonly #paces: () => Iterable<number>;
  /** HTTP requests of this process that have not ended. */
  #open = 0;
  /** Those of them that the other side keeps waiting on purpose. */
  #held = 0;
  #stopped = false;
  #movedAt = realTime.now();
  #countedUntil = realTime.now();
  /** Epoch milliseconds up to which a clock with a pace may go; a timer of the clock itself ends there. */
  #limit = Date.now();
  #isLimited = false;

  constructor(paces: () => Iterable<number>) {
    this.#paces = paces;
    syncBuiltinESMExports();
    subscribe(REQUESTS, this.#onRequest);
    setImmediate(this.#step);
  }

  /** The next user of the real clock finds it as it was. */
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

  readonly #onRequest = (message: unknown): void => {
    this.#open += 1;
    const { request } = message as { readonly request: ClientRequest };
    request.once("close", () => (this.#open -= 1));
  };

  get #busy(): boolean {
    if (realTime.now() - this.#movedAt > LONGEST_STANDSTILL) return false;
    return this.#open > this.#held || process.getActiveResourcesInfo().some((each) => UNDER_WAY.has(each));
  }

  readonly #step = (): void => {
    if (this.#stopped) return;
    const pace = Math.max(...this.#paces());
    let next = (): unknown => setImmediate(this.#step);
    try {
      if (this.#busy) {
        if (pace < Infinity) next = () => setTimeout(this.#step, BUSY_LOOK);
        return;
      }
      if (pace < Infinity && !this.#isLimited) this.#limitTo(pace);
      const moved = this.#move();
      if (!moved || (pace < Infinity && !this.#isLimited)) next = () => setTimeout(this.#step, IDLE_LOOK);
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
    this.#limit += Math.min(now - this.#countedUntil, LONGEST_STEP) * pace;
    this.#countedUntil = now;
    this.#isLimited = true;
    this.#clock.setTimeout(() => (this.#isLimited = false), Math.max(0, this.#limit - this.#clock.now));
  }
}

const users = new Set<{ readonly pace: number }>();
let ticking: Ticking | undefined;

/**
 * Makes the process follow the virtual clock until the returned function is called. It starts at the present time; where
 * several runs are open, all have one clock, and the fastest sets its pace.
 * @param pace seconds of the program's time in a second at most; `Infinity` for as fast as the work allows
 * @example
 * const release = useClock(60);
 */
export function useClock(pace: number): () => void {
  const user = { pace };
  users.add(user);
  ticking ??= new Ticking(() => [...users].map((each) => each.pace));
  return once(() => {
    users.delete(user);
    if (users.size > 0) return;
    ticking?.stop();
    ticking = undefined;
  });
}

/**
 * Lets time go on although a request is in flight: it waits for something that takes time.
 * @returns ends it
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
