import { describeFailure, failureKind } from "../../functions/runtime/failure.ts";
import { isBadCredentials } from "../account/client.ts";

/** Why a look at the account failed, and what to do about it. */
export function unchecked(failure: unknown, needs: readonly string[]): { found: string; advice: string } {
  // The readers of functions/ name failures for the state machine, and keep the service's own words as the cause.
  const error = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
  const found = describeFailure(error);
  if (isBadCredentials(error)) return { found, advice: "Renew the credentials." };
  switch (failureKind(error)) {
    case "throttled":
      return { found: `throttled until given up: ${found}`, advice: "Run it again when less is calling AWS." };
    case "unavailable":
      return { found: `no answer: ${found}`, advice: "Check network and proxy, then run it again." };
    case "denied":
      if (error instanceof Error && error.name === "InvalidAccessException") {
        return { found: `Security Hub is off: ${found}`, advice: "Enable Security Hub." };
      }
      return denied(found, needs);
    case "refused":
    case "defect":
      return { found: `unexpected answer: ${found}`, advice: "Run it again; if it stays, please report it." };
  }
}

/** AWS names action and cause in most refusals, but not in all. */
function denied(failure: string, needs: readonly string[]): { found: string; advice: string } {
  const [, action, because] =
    /not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)(?:.* because (.*))?/.exec(failure) ?? [];
  if (action === undefined) return { found: `no permission: ${failure}`, advice: `Allow ${needs.join(", ")}.` };
  return { found: `no permission for ${action}: ${because ?? "AWS does not say why"}`, advice: `Allow ${action}.` };
}
