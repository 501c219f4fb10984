import { SystemsManagerDenied, SystemsManagerThrottled, SystemsManagerUnavailable } from "../runtime/errors.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";

/** The error by the name that the state machine knows; any other stays as it is. */
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
