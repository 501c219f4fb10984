/** Finds findings by their Id or by the beginning of it, so that GetFindings need not test all findings. */
import type { StringFilter } from "./finding-filters.ts";

export class IdIndex {
  /** Id -> the places of its findings in the list, ascending. Products can share an Id. */
  readonly #places = new Map<string, number[]>();
  /** All Ids, in the order of their UTF-16 code units. */
  readonly #sorted: string[] = [];

  /** @param place the place in the list, greater than all places before */
  add(id: string, place: number): void {
    const places = this.#places.get(id);
    if (places !== undefined) {
      places.push(place);
      return;
    }
    this.#places.set(id, [place]);
    this.#sorted.splice(this.#firstFrom(id), 0, id);
  }

  /** Returns the places of the findings with one of these Ids or beginnings, ascending and without repetition. */
  placesOf(filters: readonly StringFilter[]): number[] {
    const ids = new Set(filters.flatMap(({ comparison, value }) => this.#idsOf(comparison, value)));
    return [...ids].flatMap((id) => this.#places.get(id) ?? []).sort((one, other) => one - other);
  }

  #idsOf(comparison: StringFilter["comparison"], value: string): readonly string[] {
    if (comparison === "EQUALS") return [value];
    const start = this.#firstFrom(value);
    let end = start;
    while (this.#sorted[end]?.startsWith(value)) end += 1;
    return this.#sorted.slice(start, end);
  }

  /** Returns the place of the first Id that is not less than `id`. */
  #firstFrom(id: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? "") < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
