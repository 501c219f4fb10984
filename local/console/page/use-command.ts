import { useState } from "preact/hooks";
import { textOf } from "./http.ts";

/** What buttons share: one says what the last of them did. */
export function useCommand(): { readonly said: string; readonly run: (work: () => Promise<string>) => void } {
  const [said, setSaid] = useState("");
  return {
    said,
    run: (work) => {
      setSaid("…");
      void work().then(setSaid, (error: unknown) => setSaid(`That failed: ${textOf(error)}`));
    },
  };
}
