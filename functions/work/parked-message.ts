import * as z from "zod/mini";
import type { Home } from "../finding/finding-identity.ts";
import type { NodeReference } from "./node-reference.ts";
import { cleanText } from "../runtime/text.ts";
import { EXECUTION_EVENT, readWorkMessage } from "./work-message.ts";

/** A message of the outage queue: the work that waits, and why it waits. */
export interface ParkedMessage {
  readonly references: readonly NodeReference[];
  /** What happened to the last attempt, as an error name and the words of the service. At most 250 bytes. */
  readonly reason: string;
  /**
   * True if the attempt itself failed (a crash, a time-out, a stopped execution): it will probably fail again, so such
   * attempts are counted. False for trouble that passes without anybody touching the node: that may last for hours.
   */
  readonly failed: boolean;
}

const MAX_REASON_BYTES = 250;

/**
 * Troubles that pass: an unavailable or throttled service, a missing permission, a start that Step Functions did not
 * take, and a message that redrive wrote again. Lambda names a crashed function Lambda.Unknown, and SQS refuses characters that will be refused again.
 */
const PASSING =
  /^(?:ExecutionNotStarted|Renewed|SecurityHub(?:Throttled|Unavailable|NotEnabled)|SystemsManager(?:Throttled|Unavailable|Denied)|StaleReading|States\.Permissions|SQS\.(?!InvalidMessageContents).*|Lambda\.(?!Unknown$).*)$/;

const errorSchema = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) });
/** What the state machine's ParkForRedrive and the dispatch function send. */
const parkedSchema = z.object({ reason: z.optional(z.string()), error: z.optional(errorSchema) });
/** What EventBridge sends if an execution was stopped, timed out, or failed to park its work. */
const executionSchema = z.object({
  "detail-type": z.literal(EXECUTION_EVENT),
  detail: z.object({
    status: z.optional(z.nullable(z.string())),
    error: z.optional(z.nullable(z.string())),
    cause: z.optional(z.nullable(z.string())),
  }),
});
/** The Cause of a failed function, as the Lambda runtime writes it. */
const functionErrorSchema = z.object({ errorMessage: z.string() });

/**
 * Reads a message of the outage queue.
 *
 * @param deadLetter true if SQS moved the message here after too many receives: dispatch did not get to it
 * @param home the account and Region whose nodes this stack looks after
 * @throws {UnreadableMessage} with the reason
 */
export function readParkedMessage(body: string, deadLetter: boolean, home: Home): ParkedMessage {
  const references = readWorkMessage(body, home);
  const value: unknown = JSON.parse(body);
  const ended = executionSchema.safeParse(value).data?.detail;
  if (ended !== undefined) {
    const { status, error, cause } = ended;
    const passes = status === "FAILED" && PASSING.test(error ?? "");
    return {
      references,
      reason: describe(error ?? `execution ${status ?? "ended"}`, cause ?? undefined),
      failed: !passes,
    };
  }
  const { reason, error } = parkedSchema.safeParse(value).data ?? {};
  if (reason !== undefined) {
    return { references, reason: describe(reason, error?.Cause), failed: !PASSING.test(reason) };
  }
  const waited = deadLetter ? "dispatch did not finish this message" : "an event that could not be delivered";
  return { references, reason: waited, failed: false };
}

function describe(error: string, cause: string | undefined): string {
  const words = causeWords(cause);
  return cleanText(words === undefined ? error : `${error}: ${words}`, MAX_REASON_BYTES) ?? "unknown";
}

function causeWords(cause: string | undefined): string | undefined {
  if (cause === undefined || cause.trim() === "") return undefined;
  try {
    return functionErrorSchema.safeParse(JSON.parse(cause)).data?.errorMessage ?? cause;
  } catch {
    return cause;
  }
}
