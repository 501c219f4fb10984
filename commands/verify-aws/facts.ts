import { EVENT_FACTS } from "./event-facts.ts";
import type { FactGroup } from "./fact.ts";
import { FILTER_FACTS } from "./filter-facts.ts";
import { HUB_FACTS } from "./hub-facts.ts";
import { IMPORT_FACTS } from "./import-facts.ts";
import { MANUAL_FACTS } from "./manual-facts.ts";
import { SHAPE_FACTS } from "./shape-facts.ts";

/**
 * Every fact about AWS that this program assumes and that nobody could confirm without an account. verify-aws checks
 * them, and docs/assumptions.md lists them.
 */
export const FACT_GROUPS: readonly FactGroup[] = [
  FILTER_FACTS,
  SHAPE_FACTS,
  EVENT_FACTS,
  HUB_FACTS,
  IMPORT_FACTS,
  MANUAL_FACTS,
];
