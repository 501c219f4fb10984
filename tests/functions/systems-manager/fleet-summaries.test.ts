import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { fleetSummaries } from "../../../functions/systems-manager/fleet-summaries.ts";
import { failure } from "../../doubles/patch-data.ts";

interface Summary {
  readonly ResourceId: string;
  readonly ComplianceType: string;
  readonly Status: string;
}
interface Request {
  readonly Filters: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  readonly NextToken?: string;
}

const summary = (ResourceId: string, ComplianceType: string, Status = "NON_COMPLIANT"): Summary => ({
  ...{ ResourceId, ComplianceType, Status },
});
const PAGES = [
  [summary("i-1", "Patch"), summary("i-2", "Association"), summary("i-3", "Custom:Backup")],
  [summary("i-1", "Association"), summary("i-4", "Patch", "COMPLIANT")],
];

/** The real paginator over two pages. */
function summaries(refuse: (request: Request) => Error | undefined = () => undefined) {
  const requests: Request[] = [];
  const client = Object.assign(Object.create(SSMClient.prototype) as SSMClient, {
    send: ({ input }: { input: Request }) => {
      requests.push(input);
      const error = refuse(input);
      if (error !== undefined) return Promise.reject(error);
      const page = Number(input.NextToken ?? 0);
      return Promise.resolve({ ResourceComplianceSummaryItems: PAGES[page], ...(page === 0 && { NextToken: "1" }) });
    },
  });
  const filters = (): string[] =>
    requests.map(({ Filters }) => Filters.map(({ Key, Values }) => `${Key} ${Values.join(" ")}`).join(", "));
  return { reads: fleetSummaries(client), filters };
}

const both = ({ Filters }: Request): boolean => Filters.some(({ Values }) => Values.length > 1);
const BOTH = "Status NON_COMPLIANT, ComplianceType Association Patch";

describe("compliance summaries of all nodes", () => {
  it("names the noncompliant types of each node, over all pages", async () => {
    const { reads, filters } = summaries();
    expect(await reads.noncompliant()).to.deep.equal(
      new Map([
        ["i-1", new Set(["Patch", "Association"])],
        ["i-2", new Set(["Association"])],
      ]),
    );
    expect(filters()).to.deep.equal([BOTH, BOTH]);
  });

  it("reads all types if a filter takes one value only", async () => {
    const { reads, filters } = summaries((request) => (both(request) ? failure("InvalidFilter") : undefined));
    expect([...(await reads.noncompliant()).keys()]).to.deep.equal(["i-1", "i-2"]);
    expect(filters()).to.deep.equal([BOTH, "Status NON_COMPLIANT", "Status NON_COMPLIANT"]);
  });

  it("passes every other error on, also on a later page", async () => {
    const { reads } = summaries(({ NextToken }) => (NextToken ? failure("ThrottlingException") : undefined));
    const error: unknown = await reads.noncompliant().catch((thrown: unknown) => thrown);
    expect(error).to.include({ name: "ThrottlingException" });
  });

  it("names the nodes whose associations are compliant", async () => {
    const { reads, filters } = summaries();
    expect((await reads.compliantAssociations()).has("i-2")).to.equal(true);
    expect(filters()[0]).to.equal("Status COMPLIANT, ComplianceType Association");
  });
});
