import { useState } from "preact/hooks";
import type { FindingKeys, FindingsPage } from "../api.ts";
import { useFetched } from "./http.ts";

/** The findings that a person selected. None of them is hidden by a filter. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Whether it follows the list: all findings that match, on all pages. */
  readonly all: boolean;
  readonly toggle: (keys: readonly string[], on: boolean) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

interface Picked {
  /** The query of the list in which the findings were picked. */
  readonly params: string;
  readonly keys: readonly string[];
  readonly all: boolean;
}

const NOTHING: Picked = { params: "", keys: [], all: false };

/**
 * Keeps the selection of a list. Another search or page clears it, and a finding that leaves the list leaves the
 * selection.
 */
export function useSelection(params: string, version: unknown, data: FindingsPage | undefined): Selection {
  const [last, setPicked] = useState(NOTHING);
  const picked = last.params === params ? last : NOTHING;
  const matching = useFetched<FindingKeys>(picked.all ? `/api/findings/keys?${params}` : undefined, version).data;
  const shown = new Set(data?.rows.map(({ key }) => key));
  const keys = new Set(picked.all ? matching?.keys : picked.keys.filter((key) => shown.has(key)));
  return {
    keys,
    all: picked.all,
    toggle: (changed, on) => {
      const others = [...keys].filter((key) => shown.has(key) && !changed.includes(key));
      setPicked({ params, all: false, keys: on ? [...others, ...changed] : others });
    },
    selectAll: () => setPicked({ params, keys: [], all: true }),
    clear: () => setPicked(NOTHING),
  };
}
