import * as z from "zod/mini";
import type { AccountScope } from "./account-scope.ts";
import type { NodeReference } from "./node-reference.ts";
import { cleanText } from "../runtime/text.ts";
import { EXECUTION_EVENT, readWorkMessage } from "./work-message.ts";

/** A message of the outage queue: the parked nodes, and why they were parked. */
export interface ParkedMessage {
  readonly references: readonly NodeReference[];
  /** Why the last attempt ended: the error's name and the service's message. At most 250 bytes. */
  readonly reason: string;
  /**
   * True if the execution failed: a crash, a time-out, or a person stopped it. It will probably fail again, so redrive
   * counts these. False if a service was unavailable: the same attempt can succeed later.
   */
  readonly failed: boolean;
}

const MAX_REASON_BYTES = 250;

/**
 * Matches the names of errors after which the same attempt can succeed later: a service was unavailable or throttled, a
 * permission was missing, Step Functions did not start the execution, or redrive sent the message again.
 *
 * Two names are left out: Lambda.Unknown is a crashed function, and SQS always refuses InvalidMessageContents.
 */
const TRANSIENT_ERRORS =
  /^(?:ExecutionNotStarted|Renewed|QueueUnavailable|SecurityHub(?:Throttled|Unavailable|NotEnabled)|SystemsManager(?:Throttled|Unavailable|Denied)|StaleReading|States\.Permissions|SQS\.(?!InvalidMessageContents).*|Lambda\.(?!Unknown$).*)$/;

const errorSchema = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) });
/** Messages from dispatch, and from the state machine's ParkForRedrive. */
const parkedSchema = z.object({ reason: z.optional(z.string()), error: z.optional(errorSchema) });
/** EventBridge events about executions that were stopped, timed out, or failed before they parked their nodes. */
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
 * @param scope the account and Region of this stack's nodes
 * @throws {UnreadableMessage} with the reason
 * @example
 * const { references, failed } = readParkedMessage(message.body, message.deadLetter, scope);
 */
export function readParkedMessage(body: string, deadLetter: boolean, scope: AccountScope): ParkedMessage {
  const references = readWorkMessage(body, scope);
  const value: unknown = JSON.parse(body);
  const ended = executionSchema.safeParse(value).data?.detail;
  if (ended !== undefined) {
    const { status, error, cause } = ended;
    const transient = status === "FAILED" && TRANSIENT_ERRORS.test(error ?? "");
    return {
      references,
      reason: describe(error ?? `execution ${status ?? "ended"}`, cause ?? undefined),
      failed: !transient,
    };
  }
  const { reason, error } = parkedSchema.safeParse(value).data ?? {};
  if (reason !== undefined) {
    return { references, reason: describe(reason, error?.Cause), failed: !TRANSIENT_ERRORS.test(reason) };
  }
  const unsent = deadLetter ? "dispatch could not process this message" : "EventBridge could not deliver this event";
  return { references, reason: unsent, failed: false };
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
