/** SDK clients for a real account. Their failures name the operation that failed, and they can limit their call rate. */
import type { SSMClient } from "@aws-sdk/client-ssm";
import pThrottle from "p-throttle";
import { describeFailure, failureKind, type FailureKind } from "../../functions/runtime/failure.ts";

/** SDK error -> the operation that failed, as its IAM action: `ssm:ListComplianceItems`. */
const failedOperations = new WeakMap<Error, string>();

/**
 * Adds middleware to an SDK client and returns the client. The middleware records the operation of each failed call,
 * because the SDK's errors do not name it.
 *
 * @param waitForTurn is awaited before every request, including the SDK's retries; receives the operation's name
 * @example const ssm = accountClient(new SSMClient({ region: "eu-west-1" }), rateLimit(5));
 */
export function accountClient<Client extends { readonly middlewareStack: object }>(
  client: Client,
  waitForTurn?: (operation: string) => Promise<void>,
): Client {
  // All clients have the same kind of middleware stack. Only the types of their requests and responses differ.
  const stack = client.middlewareStack as SSMClient["middlewareStack"];
  stack.add(rememberOperation, { step: "initialize", name: "rememberOperation" });
  if (waitForTurn !== undefined) {
    const limitRate =
      <Args, Output>(next: Handler<Args, Output>, { commandName = "" }: Call): Handler<Args, Output> =>
      async (args) => {
        await waitForTurn(operationOf(commandName));
        return next(args);
      };
    stack.addRelativeTo(limitRate, { relation: "after", toMiddleware: "retryMiddleware", name: "limitRate" });
  }
  return client;
}

/** Returns a function that resolves at most `perSecond` times a second, at even intervals. */
export function rateLimit(perSecond: number): () => Promise<void> {
  return pThrottle({ limit: 1, interval: 1_000 / perSecond })(() => Promise.resolve());
}

type Handler<Args, Output> = (args: Args) => Promise<Output>;
interface Call {
  readonly clientName?: string;
  readonly commandName?: string;
}

const operationOf = (commandName: string): string => commandName.replace(/Command$/, "");

/** Prefixes of IAM actions that are not the name of the SDK's client. */
const IAM_PREFIXES: Readonly<Record<string, string>> = { sfn: "states" };

function rememberOperation<Args, Output>(
  next: Handler<Args, Output>,
  { clientName = "", commandName = "" }: Call,
): Handler<Args, Output> {
  return async (args) => {
    try {
      return await next(args);
    } catch (error) {
      const service = clientName.replace(/Client$/, "").toLowerCase();
      const prefix = IAM_PREFIXES[service] ?? service;
      if (error instanceof Error) failedOperations.set(error, `${prefix}:${operationOf(commandName)}`);
      throw error;
    }
  };
}

const FAILURE_TEXTS: Readonly<Record<FailureKind, string>> = {
  throttled: "is throttled",
  unavailable: "got no answer",
  denied: "is denied",
  refused: "failed",
  defect: "failed",
};

/**
 * Returns one line with the failed operation, the kind of failure and the service's message.
 *
 * @example failureText(error); // "ssm:ListComplianceItems is denied: AccessDeniedException: ..."
 */
export function failureText(error: unknown): string {
  const { operation, failure } = failedCall(error);
  if (operation === undefined) return error instanceof Error ? error.message : String(error);
  return `${operation} ${FAILURE_TEXTS[failureKind(failure)]}: ${describeFailure(failure)}`;
}

/** Returns the operation that AWS denied, or for which the credentials are invalid. Undefined for any other failure. */
export function deniedOperation(error: unknown): string | undefined {
  const { operation, failure } = failedCall(error);
  return failureKind(failure) === "denied" || isBadCredentials(failure) ? operation : undefined;
}

/** Returns the operation whose call failed, such as `ssm:ListComplianceItems`. Undefined if no call failed. */
export function failedOperation(error: unknown): string | undefined {
  return failedCall(error).operation;
}

/** Names of the errors with which AWS or the SDK rejects the credentials themselves. */
const BAD_CREDENTIALS = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** Returns whether AWS or the SDK rejected the credentials themselves. */
export function isBadCredentials(error: unknown): error is Error {
  return error instanceof Error && BAD_CREDENTIALS.has(error.name);
}

/** Security Hub's errors if nobody enabled it in the account and Region (API reference; DescribeHub and GetFindings). */
const HUB_DISABLED = new Set(["InvalidAccessException", "ResourceNotFoundException"]);

/**
 * Returns why no call can succeed, and what to do: AWS rejected the credentials, or Security Hub is not enabled. Undefined
 * for any other failure.
 *
 * @example accessProblem(error); // "AWS rejected these credentials (ExpiredTokenException): sign in again"
 */
export function accessProblem(error: unknown): string | undefined {
  const rejected = causesOf(error).find(isBadCredentials);
  if (rejected !== undefined) {
    const isMissing = rejected.name.endsWith("ProviderError");
    const what = isMissing ? "There are no usable AWS credentials" : "AWS rejected these credentials";
    return `${what} (${rejected.name}): sign in again`;
  }
  const { operation = "", failure } = failedCall(error);
  const isDisabled = failure instanceof Error && HUB_DISABLED.has(failure.name);
  if (!operation.startsWith("securityhub:") || !isDisabled) return undefined;
  return "Security Hub is not enabled in this account and Region: enable it, or choose another Region";
}

/** Returns an error with its causes. Some readers wrap the SDK's error in their own. */
export function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let one = error; one instanceof Error && !causes.includes(one); one = one.cause) causes.push(one);
  return causes;
}

/** Finds the SDK's error and its operation. Some readers wrap the SDK's error as the cause of their own error. */
function failedCall(error: unknown): { readonly operation?: string; readonly failure: unknown } {
  for (let failure = error; failure instanceof Error; failure = failure.cause) {
    const operation = failedOperations.get(failure);
    if (operation !== undefined) return { operation, failure };
  }
  return { failure: error };
}
