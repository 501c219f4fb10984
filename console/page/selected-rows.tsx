import type { ComponentChildren } from "preact";
import { counted } from "../../contract/counted.ts";
import type { Selection } from "./use-selection.ts";

interface SelectedRowsProps {
  readonly selection: Selection;
  /** Number of all rows that match. */
  readonly total: number;
  /** The noun of a row, in the singular. */
  readonly what: string;
  /** What can be done with the selected rows. */
  readonly children: ComponentChildren;
}

/** Shows how many rows are selected, and what can be done with them. */
export function SelectedRows({ selection: { keys, all, selectAll, clear }, total, what, children }: SelectedRowsProps) {
  return (
    <section class="selected" aria-label={`Selected ${what}s`}>
      {(keys.size > 0 || all) && (
        <p>
          {counted(keys.size, what)} selected{" "}
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
      {children}
    </section>
  );
}
