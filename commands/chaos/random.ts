import { hexOf } from "../../local/fleet/stable-id.ts";

/** Generates random numbers from a seed. The same seed gives the same numbers, so that a single run can be repeated. */
export class Random {
  #state: number;

  /** @param seed any text; different texts give unrelated numbers */
  constructor(seed: string) {
    this.#state = Number.parseInt(hexOf(seed).slice(0, 8), 16);
  }

  /** Returns a number from 0 up to but not including 1 (Mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Returns true with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Returns a whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** @throws {RangeError} for an empty list */
  pick<Item>(list: readonly Item[]): Item {
    const item = list[this.integer(0, list.length - 1)];
    if (item === undefined) throw new RangeError("cannot pick from an empty list");
    return item;
  }

  /** Picks an item; one of weight 2 is picked twice as often as one of weight 1. */
  weighted<Item extends { readonly weight: number }>(list: readonly Item[]): Item {
    let left = this.next() * list.reduce((sum, { weight }) => sum + weight, 0);
    const found = list.find(({ weight }) => (left -= weight) < 0) ?? list.at(-1);
    if (found === undefined) throw new RangeError("cannot pick from an empty list");
    return found;
  }

  /** Returns a copy in another order (Fisher-Yates). */
  shuffled<Item>(list: readonly Item[]): Item[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.integer(0, rest.length - 1), 1)).flat();
  }
}
