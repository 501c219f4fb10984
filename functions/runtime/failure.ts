import { isThrottlingError, isTransientError } from "@smithy/core/retry";

/** What went wrong with a call to AWS, as far as it decides what happens next. */
export type FailureKind = "throttled" | "unavailable" | "denied" | "refused" | "defect";

/** Throttles that the SDK's list does not name; its own errors, and ours, have the word in their names. */
const THROTTLE = /throttl|toomanyrequests/i;

/**
 * Faults of what was asked for, and nothing else: only for them a list is halved, and its items are said to be refused.
 * Names stand without `Exception` at their end.
 */
const CONTENT_ERRORS = new Set([
  ...["ValidationError", "Validation", "Serialization"],
  // Security Hub
  ...["InvalidInput", "FindingSizeExceeded"],
  // Systems Manager
  ...["InvalidInstanceId", "InvalidResourceId", "InvalidResourceType", "InvalidTypeName", "InvalidCommandId"],
  ...["InvalidFilter", "InvalidFilterKey", "InvalidInstanceInformationFilterValue", "InvalidNextToken", "DoesNotExist"],
]);
/** A caller that may not, or that cannot say who it is: a person must act. */
const DENIALS = new Set([
  ...["AccessDenied", "InvalidAccess", "UnauthorizedOperation", "NotAuthorized", "OptInRequired"],
  ...["SubscriptionRequired", "UnrecognizedClient", "InvalidClientTokenId", "ExpiredToken", "InvalidSignature"],
  ...[
    "SignatureDoesNotMatch",
    "AuthFailure",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "CredentialsProviderError",
    "TokenProviderError",
  ],
  // Ours
  ...["SecurityHubNotEnabled", "SystemsManagerDenied"],
]);
/** What JavaScript itself throws; a body that breaks off is a SyntaxError too, and no defect. */
const DEFECTS = new Set(["Error", "TypeError", "RangeError", "ReferenceError"]);

type SdkError = Parameters<typeof isThrottlingError>[0];
type AwsError = Pick<SdkError, "$metadata"> & { readonly name?: string; readonly code?: unknown };

/**
 * - `refused`: a named fault of the request's content, which the same request will get again;
 * - `defect`: no call's failure but an error of the program;
 * - `unavailable`: all else, since nobody can be blamed for what nobody has named.
 */
export function failureKind(error: unknown): FailureKind {
  if (typeof error !== "object" || error === null) return "defect";
  const failure = error as AwsError;
  const status = failure.$metadata?.httpStatusCode ?? 0;
  const stems = [failure.name, failure.code].flatMap((word) =>
    typeof word === "string" ? word.replace(/Exception$/, "") : [],
  );
  const isAny = (names: ReadonlySet<string>): boolean => stems.some((stem) => names.has(stem));
  if (isThrottlingError(failure as SdkError) || stems.some((stem) => THROTTLE.test(stem))) return "throttled";
  if (status >= 500) return "unavailable";
  if (status === 413 || isAny(CONTENT_ERRORS)) return "refused";
  if (isTransientError(failure as SdkError)) return "unavailable";
  if (status === 401 || status === 403 || isAny(DENIALS)) return "denied";
  return isDefect(failure) ? "defect" : "unavailable";
}

/** The SDK marks what its clients throw with `$metadata`, and Node.js what sockets throw with a `code`. */
function isDefect({ name, code, $metadata }: AwsError): boolean {
  return !$metadata && code === undefined && (name === undefined || DEFECTS.has(name));
}

/** One line with the service's own words, for reasons and logs. */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * Socket and SDK settings of all clients: a call that hangs must not eat the function's time. The time-out of a request
 * is shorter than that of every function (infra/).
 */
export const CALL_LIMITS = {
  retryMode: "standard",
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
