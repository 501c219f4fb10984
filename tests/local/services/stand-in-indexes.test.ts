/** The stand-ins' indexes against a scan of all records. */
import { expect } from "chai";
import fc from "fast-check";
import { synthesizeFleet } from "../../../local/fleet/synthetic-fleet.ts";
import { PRODUCT, call as callHub, finding, load, newHub, type Json } from "../../fixtures/security-hub-fixtures.ts";
import { allPages, standIn } from "../../fixtures/ssm-fixtures.ts";

const FOREIGN = "arn:aws:securityhub:us-east-2::product/aws/ssm-patch-manager";

/** Short Ids of few characters, so that many are the beginning of others. The last is above U+FFFF. */
const id = fc.string({ unit: fc.constantFrom("a", "b", "/", "\u{1F600}"), minLength: 1, maxLength: 4 });
const comparison = fc.constantFrom("EQUALS", "PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS");
const idFilter = fc.record({ Comparison: comparison, Value: id });
type IdFilter = { Comparison: string; Value: string };

/** Security Hub refuses EQUALS beside negative filters. */
const isAllowed = (filters: readonly IdFilter[]): boolean => {
  const has = (part: string) => filters.some(({ Comparison }) => Comparison.includes(part));
  return !has("NOT_") || !filters.some(({ Comparison }) => Comparison === "EQUALS");
};

function fits(filters: readonly IdFilter[], value: string): boolean {
  const hits = (filter: IdFilter) =>
    filter.Comparison.startsWith("PREFIX") ? value.startsWith(filter.Value) : value === filter.Value;
  const positive = filters.filter(({ Comparison }) => !Comparison.includes("NOT_"));
  const negative = filters.filter(({ Comparison }) => Comparison.includes("NOT_"));
  return (positive.length === 0 || positive.some(hits)) && !negative.some(hits);
}

describe("indexes of the stand-ins", () => {
  it("GetFindings finds the same findings by Id as a scan, in order of creation and page by page", () => {
    const filters = fc.array(idFilter, { minLength: 1, maxLength: 4 }).filter(isAllowed);
    const ids = fc.uniqueArray(id, { maxLength: 30 });
    const state = fc.option(fc.constantFrom("ACTIVE", "ARCHIVED"), { nil: undefined });
    fc.assert(
      fc.property(ids, ids, filters, state, fc.integer({ min: 1, max: 7 }), (foreign, own, Id, RecordState, size) => {
        const stateOf = (name: string) => (name.includes("a/") ? "ARCHIVED" : "ACTIVE");
        const all = [
          ...foreign.map((name) => finding({ Id: name, ProductArn: FOREIGN, RecordState: stateOf(name) })),
          ...own.map((name) => finding({ Id: name, RecordState: stateOf(name) })),
        ];
        const hub = newHub({ findings: all.slice(0, foreign.length) });
        for (const each of all.slice(foreign.length)) load(hub, each);
        // A second import replaces a finding and keeps its place.
        const [first] = own;
        if (first !== undefined)
          load(hub, finding({ Id: first, RecordState: stateOf(first), UpdatedAt: "2026-11-02T00:00:00Z" }));
        const expected = all.filter(
          (each) => fits(Id, String(each["Id"])) && (RecordState === undefined || RecordState === each["RecordState"]),
        );
        const Filters = {
          Id,
          ...(RecordState !== undefined && { RecordState: [{ Comparison: "EQUALS", Value: RecordState }] }),
        };
        const pages = pagesOf(hub, { Filters, MaxResults: size });
        expect(pages.flat().map(keyOf)).to.deep.equal(expected.map(keyOf));
        expect(pages.slice(0, -1).every((page) => page.length === size)).to.equal(true);
        expect(pages.length).to.equal(Math.max(1, Math.ceil(expected.length / size)));
      }),
    );
  });

  it("DescribeInstanceInformation finds the same nodes by id as a scan, in the order of the fleet", () => {
    const fleet = synthesizeFleet({ nodes: 60, seed: 7, now: () => new Date("2026-11-20T12:00:00Z") });
    const service = standIn(fleet);
    const known = fc.constantFrom(...fleet.nodes.map(({ InstanceId }) => InstanceId));
    const nodeId = fc.oneof({ weight: 4, arbitrary: known }, fc.constant("i-00000000000000000"));
    const someIds = fc.array(nodeId, { minLength: 1, maxLength: 40 });
    const platform = fc.option(fc.constantFrom("Linux", "Windows"), { nil: undefined });
    fc.assert(
      fc.property(fc.array(someIds, { maxLength: 2 }), platform, (lists, PlatformType) => {
        const Filters = [
          ...(PlatformType === undefined ? [] : [{ Key: "PlatformTypes", Values: [PlatformType] }]),
          ...lists.map((Values) => ({ Key: "InstanceIds", Values })),
        ];
        const found = allPages(service, "DescribeInstanceInformation", { Filters }).flat();
        const expected = fleet.nodes.filter(
          (node) =>
            lists.every((list) => list.includes(node.InstanceId)) &&
            (PlatformType === undefined || node.PlatformType === PlatformType),
        );
        expect(found.map(({ InstanceId }) => InstanceId)).to.deep.equal(expected.map(({ InstanceId }) => InstanceId));
      }),
    );
  });
});

const keyOf = ({ Id, ProductArn = PRODUCT }: Json): string => `${String(ProductArn)} ${String(Id)}`;

function pagesOf(hub: ReturnType<typeof newHub>, input: Json): Json[][] {
  const pages: Json[][] = [];
  let next: Json = {};
  do {
    const { Findings, NextToken } = callHub(hub, "GetFindings", { ...input, ...next });
    pages.push(Findings as Json[]);
    next = NextToken === undefined ? {} : { NextToken };
  } while ("NextToken" in next);
  return pages;
}
