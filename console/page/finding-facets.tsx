import { DUE_STATES } from "../../contract/due.ts";
import { counted } from "../../contract/counted.ts";
import type { Facets, FindingFilter } from "../api.ts";

interface FacetsProps {
  readonly counts: Facets;
  readonly filters: readonly FindingFilter[];
  readonly onChange: (filters: readonly FindingFilter[]) => void;
}

/** Shows how many findings each owner has, and how many are due. Each count is a button that filters the list by it. */
export function FindingFacets({ counts: { byOwner, moreOwners, byDue }, ...chosen }: FacetsProps) {
  return (
    <div class="facets">
      <Facet
        title="Due"
        field="due"
        choices={DUE_STATES.map((state) => ({ value: state, text: state, count: byDue[state] }))}
        {...chosen}
      />
      {byOwner.length > 0 && (
        <Facet
          title="Owner"
          field="owner"
          choices={byOwner.map(({ owner, findings }) => ({
            value: owner,
            text: owner === "" ? "no owner" : owner,
            count: findings,
          }))}
          more={moreOwners > 0 ? `and ${counted(moreOwners, "more owner")}` : undefined}
          {...chosen}
        />
      )}
    </div>
  );
}

interface FacetProps extends Omit<FacetsProps, "counts"> {
  readonly title: string;
  readonly field: "owner" | "due";
  readonly choices: readonly { readonly value: string; readonly text: string; readonly count: number }[];
  readonly more?: string | undefined;
}

function Facet({ title, field, choices, more, filters, onChange }: FacetProps) {
  const isChosen = (value: string) => (filter: FindingFilter) =>
    filter.field === field && filter.operator === "is" && filter.value === value;
  const toggle = (value: string): void => {
    const others = filters.filter((filter) => !isChosen(value)(filter));
    onChange(others.length < filters.length ? others : [...filters, { field, operator: "is", value }]);
  };
  return (
    <div class="group" role="group" aria-label={title}>
      <span class="where">{title}</span>
      {choices.map(({ value, text, count }) => (
        <button
          type="button"
          class="chip"
          title={text}
          aria-pressed={filters.some(isChosen(value))}
          onClick={() => toggle(value)}
        >
          <bdi>{text}</bdi> <b>{count}</b>
        </button>
      ))}
      {more !== undefined && <span class="where">{more}</span>}
    </div>
  );
}
