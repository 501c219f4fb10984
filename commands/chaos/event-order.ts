import type { Random } from "./random.ts";

/** Returns the events as a bad day delivers them: some of them twice, then all in reverse or in any order. */
export function disordered(events: readonly object[], random: Random): object[] {
  const share = random.pick([0, 0.2, 1]);
  const doubled = events.filter(() => random.chance(share));
  const all = [...events, ...doubled];
  return random.pick([() => all, () => all.toReversed(), () => random.shuffled(all)])();
}
