import { expect } from "chai";
import { describeFailure, failureKind, type FailureKind } from "../../../functions/runtime/failure.ts";
import { allPages } from "../../../functions/systems-manager/pages.ts";

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

  it("takes anything that was thrown", () => {
    for (const thrown of [undefined, null, "ThrottlingException", 429, {}, { $metadata: null }]) {
      expect(failureKind(thrown), JSON.stringify(thrown)).to.equal("defect");
    }
  });

  it("is told in the service's own words", () => {
    expect(describeFailure(failure({ name: "InvalidFilter" }))).to.equal("InvalidFilter: words");
    expect(describeFailure("plain")).to.equal("plain");
  });
});

describe("allPages", () => {
  type Page = { items: number[] | undefined; next: string | undefined } | Error;

  /** Answers with these pages in turn; the tokens asked for are kept. */
  function book(...pages: Page[]) {
    const asked: (string | undefined)[] = [];
    const fetch = (token: string | undefined) => {
      const page = pages[asked.length] ?? new Error("no more pages");
      asked.push(token);
      return page instanceof Error ? Promise.reject(page) : Promise.resolve(page);
    };
    return { asked, fetch };
  }

  const cases: [name: string, pages: Page[], items: number[], asked: (string | undefined)[]][] = [
    ["one page", [{ items: [1], next: undefined }], [1], [undefined]],
    ["an empty answer", [{ items: undefined, next: undefined }], [], [undefined]],
    ["a blank token ends the list", [{ items: [1], next: "" }], [1], [undefined]],
    [
      "an empty page in the middle is not the end",
      [
        { items: [1], next: "a" },
        { items: [], next: "b" },
        { items: undefined, next: "c" },
        { items: [2], next: undefined },
      ],
      [1, 2],
      [undefined, "a", "b", "c"],
    ],
  ];
  for (const [name, pages, items, asked] of cases) {
    it(name, async () => {
      const list = book(...pages);
      expect(await allPages(list.fetch)).to.deep.equal(items);
      expect(list.asked).to.deep.equal(asked);
    });
  }

  const failing: [name: string, pages: Page[], message: RegExp][] = [
    ["half a list is no list", [{ items: [1], next: "a" }, new Error("throttled")], /^throttled$/],
    [
      "a token that comes twice",
      [
        { items: [1], next: "a" },
        { items: [2], next: "a" },
      ],
      /same page token twice/,
    ],
    [
      "a circle of tokens",
      [
        { items: [], next: "a" },
        { items: [], next: "b" },
        { items: [], next: "a" },
      ],
      /same page token twice/,
    ],
  ];
  for (const [name, pages, message] of failing) {
    it(name, async () => {
      const thrown = await allPages(book(...pages).fetch).catch((error: unknown) => error);
      expect(thrown).to.be.an.instanceOf(Error).with.property("message").that.matches(message);
    });
  }

  it("takes pages of very many items", async () => {
    const items = Array.from({ length: 300_000 }, (_, index) => index);
    expect(await allPages(book({ items, next: undefined }).fetch)).to.have.length(300_000);
  });
});
