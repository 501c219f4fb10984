import { useEffect, useRef, useState } from "preact/hooks";
import { read, textOf } from "./http.ts";

/** Pause between two looks at a check that runs, in milliseconds. */
const PAUSE_MS = 1_000;

/** The reads of patches that findings do not list. */
export interface Check {
  readonly start: () => void;
  /** Changes when there may be more to show. */
  readonly version: number;
  /** Why the check could not be started. */
  readonly error: string | undefined;
  /** Tells whether the check runs, so that the page looks again. */
  readonly follow: (running: boolean) => void;
}

/** Returns the check of a page, which a button starts. @param path the address of the page's data */
export function useCheck(path: string): Check {
  const [version, setVersion] = useState(0);
  const [error, setError] = useState<string>();
  const isRunning = useRef(false);
  useEffect(() => {
    const timer = setInterval(() => {
      if (isRunning.current) setVersion((last) => last + 1);
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, []);
  const start = (): void => {
    setError(undefined);
    read(`${path}?read=all`).then(
      () => setVersion((last) => last + 1),
      (problem: unknown) => setError(textOf(problem)),
    );
  };
  return {
    start,
    version,
    error,
    follow: (running) => {
      isRunning.current = running;
    },
  };
}
