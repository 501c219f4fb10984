import { isThrottlingError, isTransientError } from "@smithy/core/retry";

/**
 * Why a call to AWS failed.
 *
 * - `throttled`: AWS asked to slow down.
 * - `unavailable`: the service did not answer, or failed for a reason that is none of the others.
 * - `denied`: the role may not make the call, or AWS rejected its credentials. A person must act.
 * - `refused`: AWS rejected the content of the request, and will reject the same request again.
 * - `defect`: the program itself threw. No call failed.
 */
export type FailureKind = "throttled" | "unavailable" | "denied" | "refused" | "defect";

/** Matches throttling errors that the SDK's list lacks, and this program's own. */
const THROTTLE = /throttl|toomanyrequests/i;

/** Errors about the content of a request, without `Exception` at the end. Only for these is a list bisected. */
const CONTENT_ERRORS = new Set([
  ...["ValidationError", "Validation", "Serialization"],
  // Security Hub
  ...["InvalidInput", "FindingSizeExceeded"],
  // Systems Manager
  ...["InvalidInstanceId", "InvalidResourceId", "InvalidResourceType", "InvalidTypeName", "InvalidCommandId"],
  ...["InvalidFilter", "InvalidFilterKey", "InvalidFilterValue", "InvalidFilterOption", "InvalidParameters"],
  ...["InvalidInstanceInformationFilterValue", "InvalidNextToken", "DoesNotExist"],
  // Resource Groups Tagging API
  "InvalidParameter",
]);
/** Errors about permissions and credentials, without `Exception` at the end. */
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
  // This program's own errors
  ...["SecurityHubNotEnabled", "SystemsManagerDenied"],
]);
/** Errors that JavaScript throws. SyntaxError is missing: the SDK throws it for a response that was cut off. */
const DEFECTS = new Set(["Error", "TypeError", "RangeError", "ReferenceError"]);

type SdkError = Parameters<typeof isThrottlingError>[0];
type AwsError = Pick<SdkError, "$metadata"> & { readonly name?: string; readonly code?: unknown };

/**
 * Returns why a call to AWS failed. An unknown error of a call counts as `unavailable`, because waiting loses nothing.
 *
 * @param error anything that was thrown, from any AWS client
 * @example
 * if (failureKind(error) === "denied") counter.count("SystemsManagerDenied");
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

/** Returns whether no call failed. Errors of the SDK have `$metadata`, socket errors of Node.js have a `code`. */
function isDefect({ name, code, $metadata }: AwsError): boolean {
  return !$metadata && code === undefined && (name === undefined || DEFECTS.has(name));
}

/**
 * Returns the name and the message of an error, for reasons and logs.
 *
 * @example
 * describeFailure(error); // "ThrottlingException: Rate exceeded"
 */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * The time-outs, in milliseconds, and the retry mode of AWS clients. A request times out long before its function
 * does, so a hanging call does not end the function.
 */
export const CALL_LIMITS = {
  retryMode: "standard",
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** The same for services whose quotas the whole account shares: a client that is throttled slows down. */
export const SHARED_QUOTA_LIMITS = { ...CALL_LIMITS, retryMode: "adaptive" } as const;
