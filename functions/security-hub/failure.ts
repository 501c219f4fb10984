import { domainError } from "../runtime/domain-error.ts";
import { SecurityHubNotEnabled, SecurityHubThrottled, SecurityHubUnavailable } from "../runtime/errors.ts";

const ERRORS = { throttled: SecurityHubThrottled, unavailable: SecurityHubUnavailable, denied: SecurityHubNotEnabled };

/**
 * Returns the error of a Security Hub call under the name that the state machine retries or catches.
 *
 * @example
 * throw toDomainError(error);
 */
export function toDomainError(error: unknown): unknown {
  return domainError(error, ERRORS);
}
