import { useRef } from "preact/hooks";
import { withToggled, type FindingQuery } from "../../presentation/search/query.ts";
import { chosenFilters } from "./facet-names.ts";

interface FilterChipsProps {
  readonly query: FindingQuery;
  readonly onChange: (query: FindingQuery) => void;
}

/** Shows the chosen filters, each with a button that removes it. */
export function FilterChips({ query, onChange }: FilterChipsProps) {
  const place = useRef<HTMLDivElement>(null);
  const filters = chosenFilters(query);
  // A button disappears with its filter, so the focus moves to the group.
  const change = (next: FindingQuery): void => {
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
        <button type="button" class="link" onClick={() => change({ ...query, text: "", facets: {}, page: 1 })}>
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
