import { domainError } from "../runtime/domain-error.ts";
import { SystemsManagerDenied, SystemsManagerThrottled, SystemsManagerUnavailable } from "../runtime/errors.ts";

const ERRORS = {
  throttled: SystemsManagerThrottled,
  unavailable: SystemsManagerUnavailable,
  denied: SystemsManagerDenied,
};

/**
 * Returns the error of a Systems Manager call under the name that the state machine retries or catches.
 *
 * @example
 * throw toDomainError(error);
 */
export function toDomainError(error: unknown): unknown {
  return domainError(error, ERRORS);
}
