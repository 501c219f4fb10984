import { counted } from "../../contract/counted.ts";
import { Triage } from "./triage.tsx";
import type { Selection } from "./use-selection.ts";

interface SelectedFindingsProps {
  readonly selection: Selection;
  /** Number of all findings that match. */
  readonly total: number;
}

/** Shows how many findings are selected, and what can be done with them. */
export function SelectedFindings({ selection: { keys, all, selectAll, clear }, total }: SelectedFindingsProps) {
  return (
    <section class="selected" aria-label="Selected findings">
      {(keys.size > 0 || all) && (
        <p>
          {counted(keys.size, "finding")} selected{" "}
          {!all && keys.size < total && (
            <button type="button" class="link" onClick={selectAll}>
              Select all {total} matching
            </button>
          )}{" "}
          <button type="button" class="link" onClick={clear}>
            Clear selection
          </button>
        </p>
      )}
      <Triage keys={[...keys]} onDone={clear} />
    </section>
  );
}
