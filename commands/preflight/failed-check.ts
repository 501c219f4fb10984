import { describeFailure, failureKind } from "../../functions/runtime/failure.ts";
import { isBadCredentials } from "../account/client.ts";

/** Returns why a check failed, and what to do about it. @param needs the IAM actions of the check */
export function unchecked(failure: unknown, needs: readonly string[]): { found: string; advice: string } {
  // The readers in functions/ wrap failures in errors for the state machine. The service's error is their cause.
  const error = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
  const found = describeFailure(error);
  if (isBadCredentials(error)) return { found, advice: "Renew the credentials." };
  switch (failureKind(error)) {
    case "throttled":
      return { found: `throttled in every attempt: ${found}`, advice: "Run it again when fewer programs call AWS." };
    case "unavailable":
      return { found: `no answer: ${found}`, advice: "Check the network and the proxy, then run it again." };
    case "denied":
      if (error instanceof Error && error.name === "InvalidAccessException") {
        return { found: `Security Hub is off: ${found}`, advice: "Enable Security Hub." };
      }
      return denied(found, needs);
    case "refused":
    case "defect":
      return { found: `unexpected answer: ${found}`, advice: "Run it again. If it fails again, please report it." };
  }
}

/** Returns the denied action and the reason, which AWS names in most messages but not in all. */
function denied(failure: string, needs: readonly string[]): { found: string; advice: string } {
  const [, action, because] =
    /not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)(?:.* because (.*))?/.exec(failure) ?? [];
  if (action === undefined) return { found: `no permission: ${failure}`, advice: `Allow ${needs.join(", ")}.` };
  return { found: `no permission for ${action}: ${because ?? "AWS does not say why"}`, advice: `Allow ${action}.` };
}
