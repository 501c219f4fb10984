import { useEffect, useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { FacetCount, FacetCounts } from "../../presentation/search/facet-counts.ts";
import type { Facet } from "../../presentation/search/facets.ts";
import { withToggled, type FindingQuery } from "../../presentation/search/query.ts";
import type { FindingsPage } from "../api.ts";
import { FACET_NAMES, valueName } from "./facet-names.ts";

interface FacetGroupsProps {
  readonly facets: FindingsPage["facets"];
  readonly query: FindingQuery;
  readonly onChange: (query: FindingQuery) => void;
}

/** Facets that matter only if findings differ in them. */
const ONLY_IF_SEVERAL: readonly Facet[] = ["account", "region", "product"];
/** As in styles.css. */
const WIDE = "(min-width: 1100px)";

/** Shows the values by which findings can be filtered, with counts: beside the list, or folded above it. */
export function FacetGroups(props: FacetGroupsProps) {
  const isWide = useWide();
  const shown = (Object.keys(FACET_NAMES) as Facet[]).filter((facet) => isShown(facet, props.facets[facet]));
  const groups = shown.map((facet) => <Group key={facet} facet={facet} counts={props.facets[facet]} {...props} />);
  const chosen = Object.values(props.query.facets).reduce((sum, terms) => sum + terms.length, 0);
  if (isWide) {
    return (
      <section class="facets" aria-label="Filters">
        {groups}
      </section>
    );
  }
  return (
    <details class="facets">
      <summary>Filters{chosen > 0 && ` (${chosen} chosen)`}</summary>
      {groups}
    </details>
  );
}

function useWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const follow = (): void => setWide(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  return isWide;
}

function isShown(facet: Facet, { values }: FacetCounts): boolean {
  if (values.some(({ selected }) => selected !== undefined)) return true;
  const counts = values.filter(({ findings }) => findings > 0);
  return ONLY_IF_SEVERAL.includes(facet) ? counts.length > 1 : counts.some(({ value }) => value !== "");
}

interface GroupProps extends Omit<FacetGroupsProps, "facets"> {
  readonly facet: Facet;
  readonly counts: FacetCounts;
}

function Group({ facet, counts: { values, more }, query, onChange }: GroupProps) {
  const title = FACET_NAMES[facet];
  const shown = values.filter(({ findings, selected }) => findings > 0 || selected !== undefined);
  return (
    <section class="facet" role="group" aria-label={title}>
      <h2>{title}</h2>
      {shown.map((one) => (
        <Value
          key={one.value}
          facet={facet}
          count={one}
          onToggle={(excluded) => onChange(toggled(query, facet, one, excluded))}
        />
      ))}
      {more > 0 && <small>{counted(more, "more value")}: use the search box</small>}
    </section>
  );
}

interface ValueProps {
  readonly facet: Facet;
  readonly count: FacetCount;
  readonly onToggle: (excluded: boolean) => void;
}

function Value({ facet, count: { value, findings, selected }, onToggle }: ValueProps) {
  const name = valueName(facet, value);
  return (
    <button
      type="button"
      class="value"
      title={name}
      aria-pressed={selected !== undefined}
      onClick={({ altKey }) => onToggle(altKey)}
    >
      <bdi>{selected === "excluded" ? `not ${name}` : name}</bdi> <b>{findings}</b>
    </button>
  );
}

/** A click on a selected value removes it, however it was selected. A finding is open, closed, or both are shown. */
function toggled(query: FindingQuery, facet: Facet, { value, selected }: FacetCount, excluded: boolean): FindingQuery {
  if (selected !== undefined) return withToggled(query, facet, value, selected === "excluded");
  if (facet !== "record") return withToggled(query, facet, value, excluded);
  const { record: _, ...facets } = query.facets;
  return withToggled({ ...query, facets }, "record", value, excluded);
}
