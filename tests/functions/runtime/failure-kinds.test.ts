import { expect } from "chai";
import { BatchImportFindingsCommand, SecurityHubClient } from "@aws-sdk/client-securityhub";
import { failureKind, type FailureKind } from "../../../functions/runtime/failure.ts";
import { readBisecting } from "../../../functions/runtime/bisect.ts";
import type { ImportableFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { securityHub } from "../../../functions/security-hub/security-hub.ts";
import { toDomainError } from "../../../functions/systems-manager/failure.ts";

interface Shape {
  readonly name?: string;
  readonly code?: string;
  readonly status?: number;
  /** As the SDK marks what its clients throw, whether an answer came or not. */
  readonly attempts?: number;
  readonly message?: string;
  readonly cause?: Error;
}

function thrown({ name = "Error", code, status, attempts, message = "words", cause }: Shape): Error {
  const metadata = { ...(status && { httpStatusCode: status }), ...(attempts && { attempts }) };
  return Object.assign(new Error(message, cause && { cause }), {
    name,
    ...(code && { code }),
    ...((status ?? attempts) && { $metadata: metadata }),
  });
}

const named = (names: string, status?: number): Shape[] =>
  names.split(" ").map((name) => ({ name, ...(status && { status }) }));
const coded = (codes: string): Shape[] => codes.split(" ").map((code) => ({ code }));
const socket = thrown({ code: "ECONNRESET" });

const SHAPES: Readonly<Record<FailureKind, readonly Shape[]>> = {
  throttled: [
    ...named("ThrottlingException Throttling ThrottledException RequestThrottled RequestThrottledException", 400),
    ...named("TooManyRequests TooManyRequestsException LimitExceededException RequestLimitExceeded SlowDown", 400),
    ...named("EC2ThrottledException BandwidthLimitExceeded", 400),
    ...named("SecurityHubThrottled SystemsManagerThrottled"),
    { name: "UnknownError", status: 429 },
    { name: "InvalidInputException", status: 429 },
    { name: "RequestLimitExceeded", status: 503 },
    { code: "Throttling" },
  ],
  unavailable: [
    ...[408, 425, 500, 502, 503, 504, 529].map((status) => ({ name: "UnknownError", status })),
    ...[400, 404, 405, 409, 410].map((status) => ({ name: "SomethingNew", status })),
    ...named("InternalException InternalServerError ServiceUnavailable InvalidInputException", 500),
    ...named("ResourceNotFoundException UnknownOperationException", 404),
    ...named("TimeoutError RequestTimeout RequestTimeoutException AbortError SomethingNew EndpointError"),
    ...named("SecurityHubUnavailable SystemsManagerUnavailable"),
    ...coded("ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH"),
    ...coded("ERR_TLS_CERT_ALTNAME_INVALID ERR_SSL_WRONG_VERSION_NUMBER CERT_HAS_EXPIRED CERT_NOT_YET_VALID"),
    ...coded("DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    ...coded("HPE_INVALID_CONSTANT ERR_STREAM_PREMATURE_CLOSE"),
    { name: "SyntaxError", message: "Unexpected end of JSON input" },
    { name: "SyntaxError", status: 200, message: "Unterminated string in JSON at position 12" },
    { name: "TypeError", attempts: 1 },
    { name: "Error", attempts: 3 },
    { cause: socket },
    { name: "InvalidSignatureException", status: 403, message: "Signature expired: 20261102T000000Z is now earlier" },
  ],
  denied: [
    ...named("AccessDenied AccessDeniedException InvalidAccessException UnrecognizedClientException", 400),
    ...named("ExpiredToken ExpiredTokenException InvalidSignatureException SignatureDoesNotMatch", 400),
    ...named("InvalidClientTokenId IncompleteSignature MissingAuthenticationToken OptInRequired AuthFailure", 400),
    ...named("UnauthorizedOperation SubscriptionRequiredException NotAuthorized", 400),
    ...named("CredentialsProviderError TokenProviderError SecurityHubNotEnabled SystemsManagerDenied"),
    ...[401, 403].map((status) => ({ name: "UnknownError", status })),
  ],
  refused: [
    ...named("InvalidInput InvalidInputException FindingSizeExceeded ValidationException ValidationError", 400),
    ...named("SerializationException", 400),
    ...named("InvalidInstanceId InvalidResourceId InvalidFilter InvalidFilterKey InvalidNextToken", 400),
    ...named("InvalidInstanceInformationFilterValue InvalidResourceType InvalidTypeNameException", 400),
    ...named("DoesNotExistException InvalidCommandId", 400),
    { name: "UnknownError", status: 413 },
  ],
  defect: named("Error TypeError RangeError ReferenceError"),
};
const CASES = Object.entries(SHAPES).flatMap(([kind, shapes]) =>
  shapes.map((shape) => ({ kind: kind as FailureKind, shape, error: thrown(shape) })),
);

/** What the state machine sees, and how many calls 50 findings cost. */
const OUTCOMES: Readonly<Record<FailureKind, { readonly hub: string; readonly ssm: string; readonly calls: number }>> =
  {
    throttled: { hub: "SecurityHubThrottled", ssm: "SystemsManagerThrottled", calls: 1 },
    unavailable: { hub: "SecurityHubUnavailable", ssm: "SystemsManagerUnavailable", calls: 1 },
    denied: { hub: "SecurityHubNotEnabled", ssm: "SystemsManagerDenied", calls: 1 },
    refused: { hub: "50 refused", ssm: "as it is", calls: 99 },
    defect: { hub: "as it is", ssm: "as it is", calls: 1 },
  };

/** @returns the outcome of 50 findings if every call fails with this error, and the number of calls */
async function importFifty(error: Error): Promise<[became: string, calls: number]> {
  let calls = 0;
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  const client = new SecurityHubClient({ region: "us-east-2", credentials });
  client.send = (command: object) => {
    if (command instanceof BatchImportFindingsCommand) calls += 1;
    return Promise.reject(error);
  };
  const findings = Array.from({ length: 50 }, (_, index) => ({ Id: `f${index}` }) as ImportableFinding);
  const became = await securityHub(client)
    .importFindings(findings)
    .then(
      (failures) => `${failures.filter(({ retryable }) => !retryable).length} refused`,
      (failure: unknown) => nameOf(failure, error),
    );
  return [became, calls];
}

const nameOf = (failure: unknown, error: Error): string =>
  failure === error ? "as it is" : failure instanceof Error ? failure.name : "no error";

describe("every kind of failure", () => {
  for (const { kind, shape, error } of CASES) {
    const { hub, ssm, calls } = OUTCOMES[kind];
    it(`${JSON.stringify(shape)} is ${kind}: ${calls} calls for 50 findings`, async () => {
      expect(failureKind(error)).to.equal(kind);
      expect(await importFifty(error)).to.deep.equal([hub, calls]);
      expect(nameOf(toDomainError(error), error)).to.equal(ssm);
      let reads = 0;
      const read = () => {
        reads += 1;
        return Promise.reject(error);
      };
      const refused = new Map<string, unknown>();
      const outcome: unknown = await readBisecting(["a", "b", "c"], read, refused).catch((failure: unknown) => failure);
      expect([outcome, reads]).to.deep.equal(kind === "refused" ? [[], 5] : [error, 1]);
    });
  }
});
