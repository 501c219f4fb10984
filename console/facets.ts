import { byOwner, countByDue } from "../presentation/findings/due.ts";
import type { FindingView } from "../presentation/findings/finding-view.ts";
import { MAX_FILTER_VALUE, type Facets, type FindingField, type FindingFilter } from "./api.ts";
import { passes } from "./finding-filters.ts";

/** A tag with a value of its own on each node would fill the page. */
const MAX_OWNERS = 12;

/**
 * Counts findings by owner and by deadline. A filter on the counted field does not apply, so that the counts of its
 * other values stay.
 *
 * @example facetsOf(views, [{ field: "due", operator: "is", value: "soon" }]).byDue.overdue; // 3
 */
export function facetsOf(views: readonly FindingView[], filters: readonly FindingFilter[]): Facets {
  const without = (field: FindingField): FindingView[] => {
    const others = filters.filter((filter) => filter.field !== field);
    return views.filter((view) => passes(view, others));
  };
  const owners = byOwner(without("owner"))
    .map(({ owner = "", findings }) => ({ owner, findings }))
    .filter(({ owner }) => owner.length <= MAX_FILTER_VALUE);
  const named = owners.filter(({ owner }) => owner !== "");
  const shown = named.slice(0, MAX_OWNERS);
  return {
    // Without any owner there is nothing to choose from.
    byOwner: shown.length === 0 ? [] : [...shown, ...owners.filter(({ owner }) => owner === "")],
    moreOwners: named.length - shown.length,
    byDue: countByDue(without("due")),
  };
}
