import { expect } from "chai";
import { describeFailure, failureKind, type FailureKind } from "../../../functions/runtime/failure.ts";

function failure(parts: { name?: string; code?: unknown; status?: unknown }): Error {
  const { name = "Error", code, status } = parts;
  return Object.assign(new Error("words"), { name, code, $metadata: { httpStatusCode: status } });
}

describe("failureKind", () => {
  const cases: [parts: Parameters<typeof failure>[0], kind: FailureKind][] = [
    [{ name: "ThrottlingException", status: 400 }, "throttled"],
    [{ name: "Throttling", status: 400 }, "throttled"],
    [{ name: "TooManyRequestsException", status: 429 }, "throttled"],
    [{ name: "LimitExceededException", status: 429 }, "throttled"],
    [{ name: "RequestLimitExceeded", status: 503 }, "throttled"],
    [{ name: "UnknownError", status: 429 }, "throttled"],
    [{ name: "InternalException", status: 500 }, "unavailable"],
    [{ name: "InternalServerError", status: 500 }, "unavailable"],
    [{ name: "ServiceUnavailable", status: 503 }, "unavailable"],
    [{ name: "TimeoutError" }, "unavailable"],
    [{ name: "Error", code: "ECONNRESET" }, "unavailable"],
    [{ name: "Error", code: "ECONNREFUSED" }, "unavailable"],
    [{ name: "Error", code: "ENOTFOUND" }, "unavailable"],
    [{ name: "Error", code: "EPIPE" }, "unavailable"],
    [{ name: "InvalidAccessException", status: 401 }, "denied"],
    [{ name: "AccessDeniedException", status: 400 }, "denied"],
    [{ name: "Forbidden", status: 403 }, "denied"],
    [{ name: "InvalidInputException", status: 400 }, "refused"],
    [{ name: "InvalidInstanceId", status: 400 }, "refused"],
    [{ name: "SerializationException", status: 400 }, "refused"],
    [{ name: "constructor", code: 500, status: "500" }, "unavailable"],
    [{}, "unavailable"],
  ];
  for (const [parts, kind] of cases) {
    it(`${JSON.stringify(parts)} is ${kind}`, () => {
      expect(failureKind(failure(parts))).to.equal(kind);
    });
  }

  it("accepts any thrown value", () => {
    for (const thrown of [undefined, null, "ThrottlingException", 429, {}, { $metadata: null }]) {
      expect(failureKind(thrown), JSON.stringify(thrown)).to.equal("defect");
    }
  });

  it("is described with the service's message", () => {
    expect(describeFailure(failure({ name: "InvalidFilter" }))).to.equal("InvalidFilter: words");
    expect(describeFailure("plain")).to.equal("plain");
  });
});
