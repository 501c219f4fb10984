/** The time of the source and the time zone that the reader chose, for all times on the page. */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { LiveState } from "../api.ts";

export const ZONES = ["local", "UTC"] as const;
/** The time zone of all times on the page. `local` is the browser's. */
export type Zone = (typeof ZONES)[number];

export interface Clock {
  /** The time of the source. A run can be faster than the clock on the wall. */
  readonly now: Date;
  readonly zone: Zone;
}

/** Interval at which relative times are updated, in milliseconds. */
const INTERVAL_MS = 5_000;
const STORED = "time zone";

const ClockContext = createContext<Clock>({ now: new Date(), zone: "local" });

/** Provides the time to all parts of the page. */
export const ClockProvider = ClockContext.Provider;

/** Returns the time of the source, and the time zone that the reader chose. */
export function useClock(): Clock {
  return useContext(ClockContext);
}

/** Returns the time of the source from what the server said last. While a run is disconnected, its time stands still. */
export function useSourceTime(state: LiveState | undefined, connected: boolean): Date {
  const [, tick] = useState(0);
  const heard = useRef({ state, at: performance.now() });
  if (heard.current.state !== state) heard.current = { state, at: performance.now() };
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), INTERVAL_MS);
    return () => clearInterval(timer);
  }, []);
  if (state === undefined) return new Date();
  const pace = connected || state.about.kind === "account" ? (state.about.timeScale ?? 1) : 0;
  return new Date(Date.parse(state.now) + (performance.now() - heard.current.at) * pace);
}

/** Returns the reader's time zone and a function that changes it. The browser remembers it. */
export function useZone(): readonly [Zone, (zone: Zone) => void] {
  const [zone, setZone] = useState(storedZone);
  const change = (chosen: Zone): void => {
    setZone(chosen);
    try {
      localStorage.setItem(STORED, chosen);
    } catch {
      // A browser may forbid it. The choice then lasts until the page is closed.
    }
  };
  return [zone, change];
}

function storedZone(): Zone {
  try {
    const stored = localStorage.getItem(STORED);
    return ZONES.find((zone) => zone === stored) ?? "local";
  } catch {
    return "local";
  }
}
