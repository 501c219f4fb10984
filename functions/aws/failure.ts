/** What went wrong with a call to AWS, as far as it decides what happens next. */
export type FailureKind = "throttled" | "unavailable" | "denied" | "refused";

const THROTTLES = new Set([
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "LimitExceededException",
  "RequestLimitExceeded",
]);
/** Names and codes of failures between here and the service: no answer came. */
const NO_ANSWER = new Set([
  "TimeoutError",
  "RequestTimeout",
  "AbortError",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const DENIALS = new Set(["AccessDeniedException", "InvalidAccessException", "UnrecognizedClientException"]);

interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** `refused` is an answer that the same request will get again. */
export function failureKind(error: unknown): FailureKind {
  const { name, code, $metadata } = (error ?? {}) as AwsError;
  const words = [name, code].filter((word) => typeof word === "string");
  const status = typeof $metadata?.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
  if (status === 429 || words.some((word) => THROTTLES.has(word))) return "throttled";
  if ((status !== undefined && status >= 500) || words.some((word) => NO_ANSWER.has(word))) return "unavailable";
  if (status === 401 || status === 403 || words.some((word) => DENIALS.has(word))) return "denied";
  return "refused";
}

/** One line with the service's own words, for reasons and logs. */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Socket and SDK settings of all clients: a call that hangs must not eat the function's time. */
export const CALL_LIMITS = {
  retryMode: "standard",
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
