import { expect } from "chai";
import { BatchImportFindingsCommand, GetFindingsCommand, SecurityHubClient } from "@aws-sdk/client-securityhub";
import { securityHub } from "../../../functions/security-hub/security-hub.ts";
import type { ImportableFinding } from "../../../functions/security-hub/asff/stored-finding.ts";
import { failure } from "../../doubles/patch-data.ts";

interface Batch {
  readonly Findings: readonly ImportableFinding[];
}
type Answer = object | Error;

/** A client that answers without a network: with what `respond` says to each request. */
function clientOf(respond: (kind: "import" | "get", input: object) => Answer, pause?: () => Promise<void>) {
  const client = new SecurityHubClient({
    region: "us-east-2",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  const requests: object[] = [];
  client.send = (command: object) => {
    const kind =
      command instanceof BatchImportFindingsCommand ? "import" : command instanceof GetFindingsCommand ? "get" : "";
    if (kind === "") throw new Error("the program calls nothing else");
    const { input } = command as { input: object };
    // A copy: the paginators of the SDK write the next token into the same object.
    requests.push({ ...input });
    const answer = respond(kind, input);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { hub: securityHub(client, pause), requests };
}

function findings(count: number, text = "x"): ImportableFinding[] {
  return Array.from({ length: count }, (_, index) => ({ Id: `f${index}`, Description: text }) as ImportableFinding);
}

/** Imports against these answers; every batch that was sent is written down by its Ids. */
async function importAll(given: readonly ImportableFinding[], respond: (batch: Batch) => Answer) {
  const { hub, requests } = clientOf((_kind, input) => respond(input as Batch));
  const outcome: unknown = await hub.importFindings(given).catch((error: unknown) => error);
  const sizes = requests.map((input) => (input as Batch).Findings.length);
  return { outcome, sizes, requests: requests as unknown as readonly Batch[] };
}

const accept = ({ Findings }: Batch) => ({ SuccessCount: Findings.length, FailedCount: 0, FailedFindings: [] });

/** Accepts all but those Ids. */
function refuse(codes: Readonly<Record<string, string>>) {
  return ({ Findings }: Batch) => {
    const FailedFindings = Findings.flatMap(({ Id }) => {
      const ErrorCode = codes[Id];
      return ErrorCode === undefined ? [] : [{ Id, ErrorCode, ErrorMessage: "words" }];
    });
    return {
      SuccessCount: Findings.length - FailedFindings.length,
      FailedCount: FailedFindings.length,
      FailedFindings,
    };
  };
}

describe("importFindings: batches", () => {
  const cases: [count: number, bytes: number, sizes: number[]][] = [
    [0, 1, []],
    [1, 1, [1]],
    [100, 1, [100]],
    [101, 1, [100, 1]],
    [250, 1, [100, 100, 50]],
    [60, 200_000, [24, 24, 12]],
  ];
  for (const [count, bytes, sizes] of cases) {
    it(`${count} findings of about ${bytes} bytes: ${sizes.join(", ") || "no call"}`, async () => {
      const { outcome, ...sent } = await importAll(findings(count, "x".repeat(bytes)), accept);
      expect(outcome).to.deep.equal([]);
      expect(sent.sizes).to.deep.equal(sizes);
    });
  }

  it("counts bytes, not characters", async () => {
    const { sizes, requests } = await importAll(findings(60, "\u{1F4A5}".repeat(50_000)), accept);
    expect(sizes.reduce((sum, size) => sum + size)).to.equal(60);
    for (const batch of requests) expect(Buffer.byteLength(JSON.stringify(batch))).to.be.below(6_000_000);
  });
});

describe("importFindings: failures of single findings", () => {
  const codes: [code: string, retryable: boolean][] = [
    ["InvalidInput", false],
    ["FindingSizeExceeded", false],
    ["InternalFailure", true],
    ["InternalException", true],
    ["ConcurrentUpdateError", true],
    ["SomethingNew", true],
    ["", true],
  ];
  for (const [code, retryable] of codes) {
    it(`${code || "no code"} is ${retryable ? "" : "not "}retryable`, async () => {
      const { outcome } = await importAll(findings(3), refuse({ f1: code }));
      expect(outcome).to.deep.equal([{ id: "f1", retryable, message: `${code}: words` }]);
    });
  }

  it("stops on InvalidAccess, because a person must act", async () => {
    const { outcome } = await importAll(findings(3), refuse({ f0: "InvalidInput", f1: "InvalidAccess" }));
    expect(outcome).to.be.an.instanceOf(Error).with.property("name", "SecurityHubNotEnabled");
    expect(outcome)
      .to.have.property("message")
      .that.matches(/^InvalidAccess/);
  });

  const answers: [name: string, answer: object][] = [
    ["fewer than were sent", { SuccessCount: 2, FailedFindings: [] }],
    ["more than were sent", { SuccessCount: 4, FailedFindings: [] }],
    ["none", {}],
  ];
  for (const [name, answer] of answers) {
    it(`an answer that accounts for ${name} throws`, async () => {
      const { outcome } = await importAll(findings(3), () => answer);
      expect(outcome).to.have.property("name", "SecurityHubUnavailable");
    });
  }
});

describe("importFindings: a call refused as a whole", () => {
  const malformed = failure("InvalidInputException");

  it("is bisected until the malformed finding is alone", async () => {
    const bad = new Set(["f2", "f5"]);
    const { outcome, requests } = await importAll(findings(8), (batch) => {
      return batch.Findings.some(({ Id }) => bad.has(Id)) ? malformed : accept(batch);
    });
    const refused = { retryable: false, message: "InvalidInputException: words" };
    expect(outcome).to.deep.equal([...bad].map((id) => ({ id, ...refused })));
    const alone = requests
      .filter(({ Findings }) => Findings.every(({ Id }) => !bad.has(Id)))
      .flatMap((one) => one.Findings);
    expect(alone.map(({ Id }) => Id)).to.have.members(["f0", "f1", "f3", "f4", "f6", "f7"]);
  });

  it("ends if every finding is refused", async () => {
    const { outcome, sizes } = await importAll(findings(100), () => malformed);
    expect(outcome).to.have.length(100);
    expect(sizes).to.have.length(199);
  });
});

describe("errors of Security Hub", () => {
  const cases: [error: Error, name: string][] = [
    [failure("LimitExceededException", 429), "SecurityHubThrottled"],
    [failure("TooManyRequestsException", 429), "SecurityHubThrottled"],
    [failure("ThrottlingException", 400), "SecurityHubThrottled"],
    [failure("Unknown", 429), "SecurityHubThrottled"],
    [failure("InternalException", 500), "SecurityHubUnavailable"],
    [failure("ServiceUnavailable", 503), "SecurityHubUnavailable"],
    [failure("TimeoutError", 0), "SecurityHubUnavailable"],
    [Object.assign(new Error("socket"), { code: "ECONNRESET" }), "SecurityHubUnavailable"],
    [Object.assign(new Error("socket"), { code: "ECONNREFUSED" }), "SecurityHubUnavailable"],
    [failure("InvalidAccessException", 401), "SecurityHubNotEnabled"],
    [failure("AccessDeniedException", 403), "SecurityHubNotEnabled"],
  ];
  for (const [error, name] of cases) {
    it(`${error.name} ${error.message} is ${name}, in imports and in reads`, async () => {
      const { hub, requests } = clientOf(() => error);
      for (const call of [hub.importFindings(findings(3)), hub.findings("arn", ["f0"]), hub.probe("arn")]) {
        const thrown: unknown = await call.catch((caught: unknown) => caught);
        expect(thrown).to.be.an.instanceOf(Error).with.property("name", name);
        expect(thrown).to.have.property("cause", error);
      }
      expect(requests, "nothing is halved").to.have.length(3);
    });
  }

  it("a refused read keeps its name", async () => {
    const error = failure("InvalidInputException");
    const thrown: unknown = await clientOf(() => error)
      .hub.findings("arn", ["f0"])
      .catch((caught: unknown) => caught);
    expect(thrown).to.equal(error);
  });
});

describe("findings", () => {
  it("asks for 20 Ids of the product at a time, and reads every page", async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `id${index}`);
    const { hub, requests } = clientOf((_kind, input) => {
      const { NextToken, Filters } = input as { NextToken?: string; Filters: { Id: { Value: string }[] } };
      const Findings = Filters.Id.map(({ Value }) => ({ Id: Value }));
      return NextToken === undefined
        ? { Findings: Findings.slice(0, 5), NextToken: "2" }
        : { Findings: Findings.slice(5) };
    });
    const found = await hub.findings("arn:product", ids);
    expect(found.map(({ Id }) => Id)).to.deep.equal(ids);
    expect(requests).to.have.length(6);
    expect(requests[0]).to.deep.equal({
      Filters: {
        ProductArn: [{ Value: "arn:product", Comparison: "EQUALS" }],
        Id: ids.slice(0, 20).map((Value) => ({ Value, Comparison: "EQUALS" })),
      },
      MaxResults: 100,
      NextToken: undefined,
    });
  });

  it("asks at most three times within a second", async () => {
    const times: number[] = [];
    const { hub } = clientOf(() => {
      times.push(performance.now());
      return {};
    });
    await hub.findings(
      "arn:product",
      Array.from({ length: 100 }, (_, index) => `id${index}`),
    );
    expect(times).to.have.length(5);
    for (const [index, time] of times.slice(3).entries()) expect(time - (times[index] ?? 0)).to.be.at.least(950);
  });

  it("makes no call without Ids, because the filter would match everything", async () => {
    const { hub, requests } = clientOf(() => new Error("asked"));
    expect(await hub.findings("arn:product", [])).to.deep.equal([]);
    expect(requests).to.be.empty;
  });
});

describe("reads of findings that are throttled in the middle", () => {
  const ids = Array.from({ length: 45 }, (_, index) => `id ${index}`);

  /** @param throttled which requests, from 1, are throttled */
  async function read(throttled: (request: number) => boolean) {
    let asked = 0;
    let pauses = 0;
    const respond = () => (throttled((asked += 1)) ? failure("TooManyRequestsException", 429) : { Findings: [] });
    const { hub } = clientOf(respond, () => Promise.resolve(void (pauses += 1)));
    const outcome: unknown = await hub.findingsUnder("arn", ids).catch((error: unknown) => error);
    return { outcome, asked, pauses };
  }

  it("keeps those that were read, and repeats only the throttled one", async () => {
    expect(await read((request) => request === 3)).to.deep.equal({ outcome: [], asked: 4, pauses: 1 });
  });

  it("gives up after two more tries, and at once if nothing was read", async () => {
    const middle = await read((request) => request > 2);
    expect([middle.asked, middle.pauses]).to.deep.equal([5, 2]);
    expect(middle.outcome).to.have.property("name", "SecurityHubThrottled");
    expect(await read(() => true)).to.deep.include({ asked: 1, pauses: 0 });
  });
});
