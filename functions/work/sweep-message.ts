import * as z from "zod/mini";
import { SWEEP_STAGES, type SweepTurn } from "./sweep-turn.ts";
import { isoInstant } from "../runtime/time.ts";

const handedOn = z.strictObject({
  sweep: z.strictObject({
    startedAt: z.iso.datetime(),
    stage: z.enum(SWEEP_STAGES),
    token: z.exactOptional(z.string()),
    pages: z.int().check(z.gte(0)),
    attempts: z.int().check(z.gte(0)),
  }),
});
const scheduled = z.object({ "detail-type": z.literal("Scheduled Event"), time: z.string() });

/**
 * Reads a message of the sweep queue: the schedule's event, which begins a sweep, or what a turn handed on.
 * @returns undefined for anything else: nobody but the schedule and the sweep itself may send there
 */
export function readSweepMessage(body: string): SweepTurn | undefined {
  const value = parseJson(body);
  const turn = handedOn.safeParse(value);
  if (turn.success) return turn.data.sweep;
  const event = scheduled.safeParse(value);
  const startedAt = event.success ? isoInstant(Date.parse(event.data.time)) : undefined;
  return startedAt === undefined ? undefined : { startedAt, stage: "nodes", pages: 0, attempts: 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
