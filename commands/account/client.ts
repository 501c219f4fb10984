/** Clients of a real account, whose failures say what was called, and which are paced where asked. */
import type { SSMClient } from "@aws-sdk/client-ssm";
import pThrottle from "p-throttle";
import { describeFailure, failureKind, type FailureKind } from "../../functions/runtime/failure.ts";

/** Failure -> the operation that failed, as IAM calls it: `ssm:ListComplianceItems`. */
const failedOperations = new WeakMap<Error, string>();

/**
 * Remembers which operation failed, which the SDK's errors do not say.
 *
 * @param turn is waited for before every request, also before those that the SDK repeats; it gets the operation's name
 */
export function accountClient<Client extends { readonly middlewareStack: object }>(
  client: Client,
  turn?: (operation: string) => Promise<void>,
): Client {
  // The stacks of all clients are alike; only the types of what goes through them differ.
  const stack = client.middlewareStack as SSMClient["middlewareStack"];
  stack.add(rememberOperation, { step: "initialize", name: "rememberOperation" });
  if (turn !== undefined) {
    const waitForTurn =
      <Args, Output>(next: Handler<Args, Output>, { commandName = "" }: Call): Handler<Args, Output> =>
      async (args) => {
        await turn(operationOf(commandName));
        return next(args);
      };
    stack.addRelativeTo(waitForTurn, { relation: "after", toMiddleware: "retryMiddleware", name: "waitForTurn" });
  }
  return client;
}

/** Turns for so many calls a second, evenly spread. */
export function turns(perSecond: number): () => Promise<void> {
  return pThrottle({ limit: 1, interval: 1_000 / perSecond })(() => Promise.resolve());
}

type Handler<Args, Output> = (args: Args) => Promise<Output>;
interface Call {
  readonly clientName?: string;
  readonly commandName?: string;
}

const operationOf = (commandName: string): string => commandName.replace(/Command$/, "");

function rememberOperation<Args, Output>(
  next: Handler<Args, Output>,
  { clientName = "", commandName = "" }: Call,
): Handler<Args, Output> {
  return async (args) => {
    try {
      return await next(args);
    } catch (error) {
      const service = clientName.replace(/Client$/, "").toLowerCase();
      if (error instanceof Error) failedOperations.set(error, `${service}:${operationOf(commandName)}`);
      throw error;
    }
  };
}

const WORDS: Readonly<Record<FailureKind, string>> = {
  throttled: "is throttled",
  unavailable: "got no answer",
  denied: "is denied",
  refused: "failed",
  defect: "failed",
};

/** One line: which operation failed, how, and the service's own words. */
export function failureText(error: unknown): string {
  const { operation, failure } = failedCall(error);
  if (operation === undefined) return error instanceof Error ? error.message : String(error);
  return `${operation} ${WORDS[failureKind(failure)]}: ${describeFailure(failure)}`;
}

/** The operation that the credentials may not use, or for which there are none; undefined for any other failure. */
export function deniedOperation(error: unknown): string | undefined {
  const { operation, failure } = failedCall(error);
  return failureKind(failure) === "denied" || isBadCredentials(failure) ? operation : undefined;
}

/** Errors by which the services and the SDK say that the credentials themselves are no good. */
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

export function isBadCredentials(error: unknown): error is Error {
  return error instanceof Error && BAD_CREDENTIALS.has(error.name);
}

/** Some readers give failures names of their own, with the SDK's error as the cause. */
function failedCall(error: unknown): { readonly operation?: string; readonly failure: unknown } {
  for (let failure = error; failure instanceof Error; failure = failure.cause) {
    const operation = failedOperations.get(failure);
    if (operation !== undefined) return { operation, failure };
  }
  return { failure: error };
}
