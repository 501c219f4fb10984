import type { FindingView } from "../presentation/findings/finding-view.ts";
import type { FindingField, FindingFilter } from "./api.ts";

const VALUE_OF: Readonly<Record<FindingField, (view: FindingView) => string>> = {
  product: (view) => view.productName,
  severity: (view) => view.severity,
  workflow: (view) => view.workflowStatus,
  record: (view) => view.recordState,
  node: (view) => view.nodeId,
  account: (view) => view.account,
  owner: (view) => view.owner ?? "",
  due: (view) => view.due ?? "",
};

/**
 * Tells whether a finding passes the filters. As in Security Hub, positive filters on one field are alternatives, and
 * all negative filters must hold.
 */
export function passes(view: FindingView, filters: readonly FindingFilter[]): boolean {
  const byField = Map.groupBy(filters, ({ field }) => field);
  return [...byField].every(([field, some]) => {
    const value = VALUE_OF[field](view);
    const wanted = some.filter(({ operator }) => operator !== "is not");
    const isWanted = wanted.some((filter) =>
      filter.operator === "is" ? value === filter.value : value.startsWith(filter.value),
    );
    const isExcluded = some.some((filter) => filter.operator === "is not" && value === filter.value);
    return !isExcluded && (wanted.length === 0 || isWanted);
  });
}
