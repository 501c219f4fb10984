import { describeFailure, failureKind } from "./failure.ts";

type ErrorClass = new (message: string, options: ErrorOptions) => Error;

/** The errors that the state machine knows for one service, by the kind of failure. */
interface DomainErrors {
  readonly throttled: ErrorClass;
  readonly unavailable: ErrorClass;
  readonly denied: ErrorClass;
}

/**
 * Returns the error of an AWS call under the name that the state machine retries or catches. Errors about the request's
 * content, and errors of the program itself, are returned unchanged.
 *
 * @example
 * throw domainError(error, { throttled: SecurityHubThrottled, ... });
 */
export function domainError(error: unknown, classes: DomainErrors): unknown {
  const kind = failureKind(error);
  if (kind === "refused" || kind === "defect") return error;
  return new classes[kind](describeFailure(error), { cause: error });
}
