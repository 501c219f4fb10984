import type { NodeFacet } from "../../presentation/fleet/node-query.ts";
import type { FacetWords } from "./facet-names.ts";

/** The words for an absent fact. */
const ABSENT: Readonly<Partial<Record<NodeFacet, string>>> = {
  severity: "no open finding",
  platform: "unknown",
  patchGroup: "no patch group",
};

export const NODE_FACET_WORDS: FacetWords<NodeFacet> = {
  titles: { compliance: "Compliance", severity: "Severity", platform: "Platform", patchGroup: "Patch group" },
  valueName: (facet, value) => (value === "" ? (ABSENT[facet] ?? "none") : value),
};
