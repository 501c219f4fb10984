import { useState } from "preact/hooks";
import { textOf } from "./http.ts";

/** Runs the commands of buttons, and keeps the result of the last one. */
export function useCommand(): { readonly said: string; readonly run: (work: () => Promise<string>) => void } {
  const [said, setSaid] = useState("");
  return {
    said,
    run: (work) => {
      setSaid("…");
      void work().then(setSaid, (error: unknown) => setSaid(`Failed: ${textOf(error)}`));
    },
  };
}
