import { isoInstant } from "../runtime/time.ts";
import { NO_NODES, SWEEP_STAGES, type NodeTally, type SweepTurn } from "./sweep-turn.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a message of the sweep queue. The schedule's event starts a sweep; the sweep's own message continues one.
 *
 * The few fields are checked by hand: a library for it would be a twentieth of the bundle.
 *
 * @returns undefined for any other message
 * @example
 * readSweepMessage('{"detail-type": "Scheduled Event", "time": "2026-07-10T00:00:00Z"}'); // { stage: "nodes", ... }
 */
export function readSweepMessage(body: string): SweepTurn | undefined {
  const message = fieldsOf(parseJson(body));
  if (message["sweep"] !== undefined) return continued(fieldsOf(message["sweep"]));
  const startedAt = message["detail-type"] === "Scheduled Event" ? instantOf(message["time"]) : undefined;
  return startedAt === undefined ? undefined : { startedAt, stage: "nodes", pages: 0, attempts: 0, tally: NO_NODES };
}

function continued({ startedAt, stage, token, pages, attempts, tally, ...others }: Fields): SweepTurn | undefined {
  const known = SWEEP_STAGES.find((one) => one === stage);
  const isToken = token === undefined || typeof token === "string";
  if (known === undefined || !isToken || !isCount(pages) || !isCount(attempts)) return undefined;
  if (typeof startedAt !== "string" || instantOf(startedAt) !== startedAt || Object.keys(others).length > 0) {
    return undefined;
  }
  const nodes = tally === undefined ? undefined : tallyOf(fieldsOf(tally));
  if (tally !== undefined && nodes === undefined) return undefined;
  const optional = { ...(token !== undefined && { token }), ...(nodes && { tally: nodes }) };
  return { startedAt, stage: known, pages, attempts, ...optional };
}

function tallyOf({ compared, compliant, ...others }: Fields): NodeTally | undefined {
  if (!isCount(compared) || !isCount(compliant) || compliant > compared) return undefined;
  return Object.keys(others).length > 0 ? undefined : { compared, compliant };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Returns the time as the program itself writes it. */
function instantOf(value: unknown): string | undefined {
  return typeof value === "string" ? isoInstant(Date.parse(value)) : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
