/** The page's only way to the server. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { CommandResult, Flow } from "../api.ts";

/** A list that changes all the time is read again at most so often, in milliseconds. */
const READ_EVERY_MS = 1_000;

/** @throws {Error} with the server's words */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf(await fetch(path, signal && { signal }));
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer: unknown = await response.json();
  if (response.ok) return answer as Answer;
  const message: unknown = Reflect.get(Object(answer) as object, "message");
  throw new Error(typeof message === "string" ? message : `the console answered ${response.status}`);
}

/** Presses a switch or button; @returns what happened, in words, also where it failed */
export async function send(path: string, body: object): Promise<string> {
  try {
    const headers = { "content-type": "application/json" };
    const { message } = await answerOf<CommandResult>(
      await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }),
    );
    return message;
  } catch (error) {
    return `That failed: ${textOf(error)}`;
  }
}

export interface Live {
  readonly flow?: Flow;
  readonly connected: boolean;
}

/** The picture of the program, as it changes. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ connected: false });
  useEffect(() => {
    const source = new EventSource("/api/live");
    source.onmessage = ({ data }: MessageEvent<string>) => setLive({ flow: JSON.parse(data) as Flow, connected: true });
    source.onerror = () => setLive((last) => ({ ...last, connected: false }));
    return () => source.close();
  }, []);
  return live;
}

export interface Fetched<Answer> {
  readonly data?: Answer;
  readonly error?: string;
}

/**
 * What is at a path, read again when `version` changes: at once for another path, else not too often. The last answer
 * stays until the next one is there.
 */
export function useFetched<Answer>(path: string | undefined, version: unknown = 0): Fetched<Answer> {
  const [fetched, setFetched] = useState<Fetched<Answer> & { path?: string }>({});
  const lastRead = useRef({ path: "", at: 0 });
  useEffect(() => {
    if (path === undefined) return;
    const isNew = lastRead.current.path !== path;
    const wait = isNew ? 0 : Math.max(0, lastRead.current.at + READ_EVERY_MS - performance.now());
    const abort = new AbortController();
    const timer = setTimeout(() => {
      lastRead.current = { path, at: performance.now() };
      read<Answer>(path, abort.signal).then(
        (data) => setFetched({ data, path }),
        (error: unknown) => {
          if (!abort.signal.aborted) setFetched({ error: textOf(error), path });
        },
      );
    }, wait);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path, version]);
  return path === undefined ? {} : fetched;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
