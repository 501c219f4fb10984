import { useState } from "preact/hooks";
import { MAX_TEXT } from "../../presentation/search/query.ts";
import type { GoTarget } from "../api.ts";
import { read } from "./http.ts";
import { go } from "./route.ts";

/** Shows the search box of all pages. It opens the node, patch or CVE that is typed, or searches the findings. */
export function GoToBox() {
  const [text, setText] = useState("");
  return (
    <form
      class="go-to"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        setText("");
        void open(text.trim());
      }}
    >
      <input
        type="text"
        aria-label="Go to a node, patch or CVE"
        placeholder="Go to node, KB or CVE …"
        maxLength={MAX_TEXT}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit">Go</button>
    </form>
  );
}

async function open(text: string): Promise<void> {
  // If the server does not answer, the list of findings says so.
  const target = await read<GoTarget>(`/api/go?q=${encodeURIComponent(text)}`).catch(() => undefined);
  const { view, open: key, q }: GoTarget = target ?? { view: "findings", q: text };
  go({ view, ...(key !== undefined && { open: key }), ...(q !== undefined && { params: new URLSearchParams({ q }) }) });
}
