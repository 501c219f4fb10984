import * as z from "zod/mini";
import { SWEEP_STAGES, type SweepTurn } from "./sweep-turn.ts";
import { isoInstant } from "../runtime/time.ts";

/** The message of a sweep that continues. */
const continuedSchema = z.strictObject({
  sweep: z.strictObject({
    startedAt: z.iso.datetime(),
    stage: z.enum(SWEEP_STAGES),
    token: z.exactOptional(z.string()),
    pages: z.int().check(z.gte(0)),
    attempts: z.int().check(z.gte(0)),
  }),
});
/** The event of the sweep's schedule. */
const scheduledSchema = z.object({ "detail-type": z.literal("Scheduled Event"), time: z.string() });

/**
 * Reads a message of the sweep queue. The schedule's event starts a sweep; the sweep's own message continues one.
 *
 * @returns undefined for any other message
 * @example
 * readSweepMessage('{"detail-type": "Scheduled Event", "time": "2026-07-10T00:00:00Z"}'); // { stage: "nodes", ... }
 */
export function readSweepMessage(body: string): SweepTurn | undefined {
  const value = parseJson(body);
  const turn = continuedSchema.safeParse(value);
  if (turn.success) return turn.data.sweep;
  const event = scheduledSchema.safeParse(value);
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
