import { useState } from "preact/hooks";
import { MOST_NOTE, TRIAGE_STATUSES, type TriageStatus } from "../../presentation/findings/triage-plan.ts";
import type { TriageAnswer, TriagePreview } from "../api.ts";
import { BusyButton } from "./busy-button.tsx";
import { post } from "./http.ts";
import { writeInBatches } from "./triage-batches.ts";
import { useCommand } from "./use-command.ts";

interface TriageProps {
  readonly keys: readonly string[];
  readonly onDone?: () => void;
}

/** What a person wants to write. */
interface Wish {
  readonly status: TriageStatus;
  readonly note: string;
  readonly replaceNotes: boolean;
}

const START: Wish = { status: "NOTIFIED", note: "", replaceNotes: false };

/** Sets the workflow status of findings, after it has said what will change. */
export function Triage({ keys, onDone }: TriageProps) {
  const { said, busy, run } = useCommand();
  const [wish, setWish] = useState(START);
  const [asked, setAsked] = useState<Asked>();
  const note = wish.note.trim();
  const request = { keys, status: wish.status, replaceNotes: wish.replaceNotes, ...(note !== "" && { note }) };
  const about = JSON.stringify(request);
  // An answer about another request would mislead.
  const preview = asked?.about === about ? asked.preview : undefined;
  const ask = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      setAsked({ about, preview: await post<TriagePreview>("/api/triage/preview", request) });
      return "";
    });
  };
  const write = async (say: (words: string) => void): Promise<string> => {
    const some = (batch: readonly string[]) => post<TriageAnswer>("/api/triage", { ...request, keys: batch });
    const result = await writeInBatches(keys, some, say);
    setAsked(undefined);
    setWish(START);
    onDone?.();
    return result;
  };
  if (keys.length === 0) return <output aria-live="polite">{said}</output>;
  return (
    <form class="triage" aria-label="Triage" onSubmit={ask}>
      <Fields wish={wish} onChange={setWish} />
      {preview === undefined ? (
        <BusyButton type="submit" busy={busy}>
          Set status
        </BusyButton>
      ) : (
        <Confirmation preview={preview} busy={busy} onYes={() => run(write)} onNo={() => setAsked(undefined)} />
      )}
      <output aria-live="polite">{said}</output>
    </form>
  );
}

function Fields({ wish, onChange }: { readonly wish: Wish; readonly onChange: (wish: Wish) => void }) {
  const change = (part: Partial<Wish>): void => onChange({ ...wish, ...part });
  return (
    <>
      <label>
        Workflow status{" "}
        <select value={wish.status} onChange={(event) => change({ status: event.currentTarget.value as TriageStatus })}>
          {TRIAGE_STATUSES.map((each) => (
            <option value={each}>{each}</option>
          ))}
        </select>
      </label>
      <label>
        Note{" "}
        <input
          value={wish.note}
          maxLength={MOST_NOTE}
          placeholder="optional"
          onInput={(event) => change({ note: event.currentTarget.value })}
        />
      </label>
      {wish.note.trim() !== "" && (
        <label>
          <input
            type="checkbox"
            checked={wish.replaceNotes}
            onChange={(event) => change({ replaceNotes: event.currentTarget.checked })}
          />{" "}
          Replace notes of other people
        </label>
      )}
    </>
  );
}

interface Asked {
  readonly about: string;
  readonly preview: TriagePreview;
}

interface ConfirmationProps {
  readonly preview: TriagePreview;
  readonly busy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

function Confirmation({ preview: { changes, words }, busy, onYes, onNo }: ConfirmationProps) {
  return (
    <div class="confirmation" role="group" aria-label="Confirmation">
      <ul>
        {words.map((sentence) => (
          <li>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
      {changes > 0 && (
        <BusyButton busy={busy} place={focused} onClick={onYes}>
          Yes, change {changes}
        </BusyButton>
      )}
      <button type="button" onClick={onNo}>
        {changes > 0 ? "Cancel" : "Close"}
      </button>
    </div>
  );
}

/** The button that asked disappears, so the focus moves on. */
function focused(button: HTMLButtonElement | null): void {
  button?.focus();
}
