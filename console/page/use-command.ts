import { useState } from "preact/hooks";
import { textOf } from "./http.ts";

interface Command {
  /** The result of the last command. */
  readonly said: string;
  /** Whether a command runs. */
  readonly busy: boolean;
  /** @param work may say how far it is */
  readonly run: (work: (say: (words: string) => void) => Promise<string>) => void;
}

/** Runs the commands of buttons, and keeps the result of the last one. */
export function useCommand(): Command {
  const [said, setSaid] = useState("");
  const [running, setRunning] = useState(0);
  return {
    said,
    busy: running > 0,
    run: (work) => {
      setSaid("…");
      setRunning((count) => count + 1);
      void work(setSaid)
        .then(setSaid, (error: unknown) => setSaid(`Failed: ${textOf(error)}`))
        .finally(() => setRunning((count) => count - 1));
    },
  };
}
