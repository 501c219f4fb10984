import { useRef } from "preact/hooks";
import { withToggled, type ListQuery } from "../../presentation/search/list-query.ts";
import { chosenFilters, type FacetWords } from "./facet-names.ts";

interface FilterChipsProps<Facet extends string, Order extends string> {
  readonly words: FacetWords<Facet>;
  readonly query: ListQuery<Facet, Order>;
  readonly onChange: (query: ListQuery<Facet, Order>) => void;
}

/** Shows the chosen filters, each with a button that removes it. */
export function FilterChips<Facet extends string, Order extends string>({
  words: facetWords,
  query,
  onChange,
}: FilterChipsProps<Facet, Order>) {
  const place = useRef<HTMLDivElement>(null);
  const filters = chosenFilters(facetWords, query.facets);
  // A button disappears with its filter, so the focus moves to the group.
  const change = (next: ListQuery<Facet, Order>): void => {
    place.current?.focus();
    onChange(next);
  };
  return (
    <div ref={place} class="chips" role="group" aria-label="Chosen filters" tabIndex={-1}>
      {query.text !== "" && (
        <Chip words={`Text: ${query.text}`} onRemove={() => change({ ...query, text: "", page: 1 })} />
      )}
      {filters.map(({ facet, value, excluded, words }) => (
        <Chip key={words} words={words} onRemove={() => change(withToggled(query, facet, value, excluded))} />
      ))}
      {(filters.length > 0 || query.text !== "") && (
        <button
          type="button"
          class="link"
          onClick={() => change({ ...query, text: "", facets: {} as typeof query.facets, page: 1 })}
        >
          Clear all
        </button>
      )}
    </div>
  );
}

function Chip({ words, onRemove }: { readonly words: string; readonly onRemove: () => void }) {
  return (
    <button type="button" class="chip" aria-label={`Remove filter ${words}`} title={words} onClick={onRemove}>
      <bdi>{words}</bdi> <span aria-hidden="true">×</span>
    </button>
  );
}
