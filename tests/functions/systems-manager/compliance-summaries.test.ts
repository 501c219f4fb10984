/** How the summaries are asked for, and what happens if Systems Manager refuses that. */
import { SSMClient, type ComplianceStringFilter, type ResourceComplianceSummaryItem } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { summaryReader } from "../../../functions/systems-manager/compliance-summaries.ts";
import { failure } from "../../doubles/patch-data.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

interface Request {
  readonly Filters: readonly ComplianceStringFilter[];
  readonly NextToken?: string;
}
interface Answer {
  readonly ResourceComplianceSummaryItems?: readonly ResourceComplianceSummaryItem[];
  readonly NextToken?: string;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => nodeId(index + 1));
const item = (ResourceId: string, ComplianceType = "Patch", Status: "COMPLIANT" | "NON_COMPLIANT" = "COMPLIANT") => ({
  ...{ ResourceId, ComplianceType, Status },
});

/** Reads from a service that answers like this. */
function reader(answer: (request: Request) => Answer | Error) {
  const asked: [types: number, ids: number][] = [];
  let refused = 0;
  const send = ({ input }: { readonly input: Request }) => {
    const [types, nodes] = input.Filters.map(({ Values = [] }) => Values.length);
    asked.push([types ?? 0, nodes ?? 0]);
    const answered = answer(input);
    return answered instanceof Error ? Promise.reject(answered) : Promise.resolve(answered);
  };
  const read = summaryReader(Object.assign(new SSMClient({ region: "eu-west-1" }), { send }), () => (refused += 1));
  return { read, asked, refused: () => refused };
}

const severalTypes = ({ Filters }: Request) => (Filters[0]?.Values?.length ?? 0) > 1;
const severalValues = ({ Filters }: Request) => Filters.some(({ Values = [] }) => Values.length > 1);

describe("summaryReader", () => {
  it("asks for both types of 20 nodes in one call", async () => {
    const { read, asked } = reader(() => ({}));
    await read(ids(50));
    expect(asked).to.deep.equal([
      [2, 20],
      [2, 20],
      [2, 10],
    ]);
  });

  it("asks for one type per call if several are refused, and remembers that", async () => {
    const { read, asked, refused } = reader((request) => (severalTypes(request) ? failure("InvalidFilter") : {}));
    await read(ids(3));
    await read(ids(3));
    expect(asked).to.deep.equal([
      [2, 3],
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 3],
    ]);
    expect(refused()).to.equal(1);
  });

  it("asks no more if several nodes are refused too", async () => {
    const { read, asked, refused } = reader((request) => (severalValues(request) ? failure("InvalidFilter") : {}));
    expect([...(await read(ids(3)))]).to.deep.equal([]);
    const before = asked.length;
    expect([...(await read(ids(3)))]).to.deep.equal([]);
    expect(asked).to.have.length(before);
    expect(refused()).to.equal(2);
  });

  it("asks no more if Systems Manager cuts pages before it filters: that would read the whole account", async () => {
    let page = 0;
    const { read, asked, refused } = reader(() => ({ NextToken: `page ${(page += 1)}` }));
    expect([...(await read(ids(3)))]).to.deep.equal([]);
    expect(asked.length).to.be.lessThan(7);
    const before = asked.length;
    await read(ids(3));
    expect([asked.length, refused()]).to.deep.equal([before, 1]);
  });

  it("reads the few pages that empty answers may precede", async () => {
    const [first = "", second = ""] = ids(2);
    const { read } = reader(({ NextToken }) => {
      return NextToken === undefined ? { NextToken: "next" } : { ResourceComplianceSummaryItems: [item(second)] };
    });
    expect([...(await read([first, second]))]).to.deep.equal([[second, { Patch: "compliant" }]]);
  });

  it("throws what is not about the filters", async () => {
    const { read, refused } = reader(() => failure("ThrottlingException"));
    expect(await read(ids(3)).catch((error: unknown) => error)).to.have.property("name", "ThrottlingException");
    expect(refused()).to.equal(0);
  });

  const cases: [name: string, answer: readonly ResourceComplianceSummaryItem[], expected: object][] = [
    ["a compliant node", [item("a")], { a: { Patch: "compliant" } }],
    [
      "both types",
      [item("a"), item("a", "Association", "NON_COMPLIANT")],
      { a: { Patch: "compliant", Association: "noncompliant" } },
    ],
    ["other nodes and other types", [item("b"), item("a", "Custom:Mine")], {}],
    [
      "a compliant status beside noncompliant counts",
      [{ ...item("a"), NonCompliantSummary: { NonCompliantCount: 1 } }],
      { a: { Patch: "noncompliant" } },
    ],
    ["no status", [{ ResourceId: "a", ComplianceType: "Patch" }], { a: { Patch: "noncompliant" } }],
    [
      "twice the same type: the worse counts",
      [item("a", "Patch", "NON_COMPLIANT"), item("a")],
      { a: { Patch: "noncompliant" } },
    ],
  ];
  for (const [name, ResourceComplianceSummaryItems, expected] of cases) {
    it(`reads ${name}`, async () => {
      const { read } = reader(() => ({ ResourceComplianceSummaryItems }));
      expect(Object.fromEntries(await read(["a"]))).to.deep.equal(expected);
    });
  }
});
