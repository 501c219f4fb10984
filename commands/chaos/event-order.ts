import type { Random } from "./random.ts";

/** Returns the events with some of them duplicated, in their order, reversed or shuffled. */
export function disordered(events: readonly object[], random: Random): object[] {
  const share = random.pick([0, 0.2, 1]);
  const doubled = events.filter(() => random.chance(share));
  const all = [...events, ...doubled];
  return random.pick([() => all, () => all.toReversed(), () => random.shuffled(all)])();
}
