/** The page's connection to the server. */
import { useEffect, useRef, useState, type Dispatch, type StateUpdater } from "preact/hooks";
import type { CommandResult, LiveState } from "../api.ts";

/** Minimum interval between two reads of a list that keeps changing, in milliseconds. */
const READ_INTERVAL_MS = 1_000;

/** Reads from the server. @throws {Error} the message of the server, or that it does not answer */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return ask(path, signal && { signal });
}

async function ask<Answer>(path: string, options?: RequestInit): Promise<Answer> {
  const response = await fetch(path, options).catch(() => {
    throw new Error("the console does not answer. If it has ended, start it again in the terminal.");
  });
  return answerOf(response);
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer: unknown = await response.json().catch((error: unknown) => {
    // The browser's own words would name a character of the answer.
    if (error instanceof SyntaxError) throw new Error(notUnderstood(response.status));
    throw error;
  });
  if (response.ok) return answer as Answer;
  const message: unknown = Reflect.get(Object(answer) as object, "message");
  throw new Error(typeof message === "string" ? message : `the console answered with status ${response.status}`);
}

const notUnderstood = (status: number): string =>
  `the console's answer, with status ${status}, cannot be read. Reload the page, or see the terminal for the reason.`;

/** Sends a command. @returns a description of the result @throws {Error} as `read` does */
export async function send(path: string, body: object): Promise<string> {
  return (await post<CommandResult>(path, body)).message;
}

/** Sends a request with a body. @throws {Error} as `read` does */
export async function post<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export interface Live {
  readonly state?: LiveState;
  readonly connected: boolean;
}

/**
 * Returns the current state of the program. A hidden page closes its connection, because a browser allows six per
 * server for all tabs, and a seventh tab would wait forever.
 */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ connected: false });
  useEffect(() => {
    let source: EventSource | undefined;
    const follow = (): void => {
      source?.close();
      source = document.visibilityState === "hidden" ? undefined : liveSource(setLive);
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      source?.close();
    };
  }, []);
  return live;
}

function liveSource(setLive: Dispatch<StateUpdater<Live>>): EventSource {
  const source = new EventSource("/api/live");
  source.onmessage = ({ data }: MessageEvent<string>) =>
    setLive({ state: JSON.parse(data) as LiveState, connected: true });
  source.onerror = () => setLive((last) => ({ ...last, connected: false }));
  return source;
}

interface Fetched<Answer> {
  readonly data?: Answer;
  readonly error?: string;
}

/**
 * Returns the response of a path. It is read again when `version` changes: immediately for another path, otherwise at
 * intervals. The last response stays until the next one arrives, also if the server does not answer any more. A new
 * version does not end a read in progress: if versions change quickly, the page would wait forever.
 */
export function useFetched<Answer>(path: string | undefined, version: unknown = 0): Fetched<Answer> {
  const [fetched, setFetched] = useState<Fetched<Answer> & { path?: string }>({});
  const reading = useRef({ path: "", at: 0, abort: new AbortController() });
  useEffect(() => {
    if (path === undefined) return;
    const { current: last } = reading;
    const isNew = last.path !== path;
    if (isNew) last.abort.abort();
    const wait = isNew ? 0 : Math.max(0, last.at + READ_INTERVAL_MS - performance.now());
    const timer = setTimeout(() => {
      reading.current.abort.abort();
      const abort = new AbortController();
      reading.current = { path, at: performance.now(), abort };
      read<Answer>(path, abort.signal).then(
        (data) => setFetched({ data, path }),
        (error: unknown) => {
          if (!abort.signal.aborted)
            setFetched((last) => ({ ...(last.path === path && last), error: textOf(error), path }));
        },
      );
    }, wait);
    return () => clearTimeout(timer);
  }, [path, version]);
  useEffect(() => () => reading.current.abort.abort(), []);
  return path === undefined ? {} : fetched;
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
