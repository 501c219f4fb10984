import { SecurityHubNotEnabled, SecurityHubThrottled, SecurityHubUnavailable } from "../runtime/errors.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";

/** The error by the name that the state machine knows; an answer about the request's content, and an error of the program, stay as they are. */
export function toDomainError(error: unknown): unknown {
  const options = { cause: error };
  switch (failureKind(error)) {
    case "throttled":
      return new SecurityHubThrottled(describeFailure(error), options);
    case "unavailable":
      return new SecurityHubUnavailable(describeFailure(error), options);
    case "denied":
      return new SecurityHubNotEnabled(describeFailure(error), options);
    case "refused":
    case "defect":
      return error;
  }
}
