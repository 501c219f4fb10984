import { SystemsManagerDenied, SystemsManagerThrottled, SystemsManagerUnavailable } from "../runtime/errors.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";

/**
 * Returns the error of a Systems Manager call under the name that the state machine retries or catches. Errors about the
 * request's content, and errors of the program itself, are returned unchanged.
 *
 * @example
 * throw toDomainError(error);
 */
export function toDomainError(error: unknown): unknown {
  const options = { cause: error };
  switch (failureKind(error)) {
    case "throttled":
      return new SystemsManagerThrottled(describeFailure(error), options);
    case "unavailable":
      return new SystemsManagerUnavailable(describeFailure(error), options);
    case "denied":
      return new SystemsManagerDenied(describeFailure(error), options);
    case "refused":
    case "defect":
      return error;
  }
}
