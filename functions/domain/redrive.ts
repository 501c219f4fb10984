import type { NodeReference } from "./node-reference.ts";
import { quarantineNode, type QuarantineEntry } from "./quarantine.ts";

/** Poison must not circle for ever: after so many deaths a reference goes to quarantine. Parking is no death. */
const MAX_DEATHS = 3;

/** How a message came into the outage queue. */
export interface Arrival {
  /** ISO 8601. */
  readonly sentAt: string;
  /** A dead letter, or a dead execution's event: nobody parked it on purpose. */
  readonly died: boolean;
}

export interface RedrivePlan {
  readonly move: readonly NodeReference[];
  readonly quarantine: readonly QuarantineEntry[];
}

/**
 * What becomes of the references of one message. Their looks start anew: after an outage the data is there, or the
 * waiting for it begins again.
 */
export function planRedrive(references: readonly NodeReference[], arrival: Arrival): RedrivePlan {
  const moved = references.map((reference) => ({ ...reference, looks: 0, detour: nextDetour(reference, arrival) }));
  return {
    move: moved.filter(({ detour }) => detour.deaths <= MAX_DEATHS),
    quarantine: moved
      .filter(({ detour }) => detour.deaths > MAX_DEATHS)
      .map((reference) => {
        const { detour, ...fresh } = reference;
        return quarantineNode(
          fresh,
          `died ${detour.deaths} times since ${detour.since}, the last time ${arrival.sentAt}`,
        );
      }),
  };
}

/** The same message, written anew before it expires: nothing is counted, the first date is kept. */
export function renewed(references: readonly NodeReference[], { sentAt }: Arrival): NodeReference[] {
  return references.map((reference) => {
    const { since = sentAt, moves = 0, deaths = 0 } = reference.detour ?? {};
    return { ...reference, detour: { since: since < sentAt ? since : sentAt, moves, deaths } };
  });
}

function nextDetour({ detour }: NodeReference, { sentAt, died }: Arrival) {
  const since = detour === undefined || sentAt < detour.since ? sentAt : detour.since;
  return { since, moves: (detour?.moves ?? 0) + 1, deaths: (detour?.deaths ?? 0) + (died ? 1 : 0) };
}
