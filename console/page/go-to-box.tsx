import { useState } from "preact/hooks";
import { MAX_TEXT } from "../../presentation/search/query.ts";
import type { FindingsPage } from "../api.ts";
import { read } from "./http.ts";
import { go } from "./route.ts";
import { searchTarget } from "./search-target.ts";

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
  const target = searchTarget(text);
  const key = target.open === undefined ? await nodeNamed(text, target.params) : undefined;
  go(key === undefined ? target : { view: "findings", open: key });
}

/** Returns the key of the only finding whose node has this name. */
async function nodeNamed(name: string, params: URLSearchParams | undefined): Promise<string | undefined> {
  // If the server does not answer, the list of findings says so.
  const found = await read<FindingsPage>(`/api/findings?${params?.toString() ?? ""}`).catch(() => undefined);
  const named = found?.rows.filter((row) => row.name?.toLowerCase() === name.toLowerCase()) ?? [];
  return named.length === 1 ? named[0]?.key : undefined;
}
