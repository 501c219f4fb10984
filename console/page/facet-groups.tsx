import { useEffect, useState } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { FacetCount, FacetCounts } from "../../presentation/search/facet-counts.ts";
import type { FacetWords } from "./facet-names.ts";

interface FacetGroupsProps<Facet extends string> {
  readonly words: FacetWords<Facet>;
  readonly facets: Readonly<Record<Facet, FacetCounts>>;
  /** @param excluded whether all but the rows with the value are asked for */
  readonly onToggle: (facet: Facet, count: FacetCount, excluded: boolean) => void;
}

/** As in styles.css. */
const WIDE = "(min-width: 1100px)";

/** Shows the values by which a list can be filtered, with counts: beside the list, or folded above it. */
export function FacetGroups<Facet extends string>({ words, facets, onToggle }: FacetGroupsProps<Facet>) {
  const isWide = useWide();
  const shown = (Object.keys(words.titles) as Facet[]).filter((facet) =>
    isShown(facets[facet], words.onlyIfSeveral?.includes(facet) === true),
  );
  const groups = shown.map((facet) => (
    <Group
      key={facet}
      title={words.titles[facet]}
      nameOf={(value) => words.valueName(facet, value)}
      counts={facets[facet]}
      onToggle={(count, excluded) => onToggle(facet, count, excluded)}
    />
  ));
  const all = Object.values<FacetCounts>(facets).flatMap(({ values }) => values);
  const chosen = all.filter(({ selected }) => selected !== undefined).length;
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

function isShown({ values }: FacetCounts, onlyIfSeveral: boolean): boolean {
  if (values.some(({ selected }) => selected !== undefined)) return true;
  const counts = values.filter(({ findings }) => findings > 0);
  return onlyIfSeveral ? counts.length > 1 : counts.some(({ value }) => value !== "");
}

interface GroupProps {
  readonly title: string;
  readonly nameOf: (value: string) => string;
  readonly counts: FacetCounts;
  readonly onToggle: (count: FacetCount, excluded: boolean) => void;
}

function Group({ title, nameOf, counts: { values, more }, onToggle }: GroupProps) {
  const shown = values.filter(({ findings, selected }) => findings > 0 || selected !== undefined);
  return (
    <section class="facet" role="group" aria-label={title}>
      <h2>{title}</h2>
      {shown.map((one) => (
        <Value key={one.value} name={nameOf(one.value)} count={one} onToggle={(excluded) => onToggle(one, excluded)} />
      ))}
      {more > 0 && <small>{counted(more, "more value")}: use the search box</small>}
    </section>
  );
}

interface ValueProps {
  readonly name: string;
  readonly count: FacetCount;
  readonly onToggle: (excluded: boolean) => void;
}

function Value({ name, count: { findings, selected }, onToggle }: ValueProps) {
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
