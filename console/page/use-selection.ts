import { useState } from "preact/hooks";
import type { MatchingKeys } from "../api.ts";
import { useFetched } from "./http.ts";

/** The rows that a person selected. None of them is hidden by a filter. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Whether it follows the list: all rows that match, on all pages. */
  readonly all: boolean;
  readonly toggle: (keys: readonly string[], on: boolean) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

interface Picked {
  /** The query of the list in which the rows were picked. */
  readonly params: string;
  readonly keys: readonly string[];
  readonly all: boolean;
}

const NOTHING: Picked = { params: "", keys: [], all: false };

interface SelectedList {
  readonly path: "/api/findings" | "/api/fleet";
  /** The query of the list. */
  readonly params: string;
  /** Changes when the list may have changed. */
  readonly version: unknown;
  /** The keys of the rows on this page. */
  readonly shown: readonly string[];
}

/**
 * Keeps the selection of a list. Another search or page clears it, and a row that leaves the list leaves the selection.
 *
 * @example const selection = useSelection({ path: "/api/fleet", params, version, shown: ["i-0a11c2e5d7f90b3a1"] });
 */
export function useSelection({ path, params, version, shown: rows }: SelectedList): Selection {
  const [last, setPicked] = useState(NOTHING);
  const picked = last.params === params ? last : NOTHING;
  const matching = useFetched<MatchingKeys>(picked.all ? `${path}/keys?${params}` : undefined, version).data;
  const shown = new Set(rows);
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
