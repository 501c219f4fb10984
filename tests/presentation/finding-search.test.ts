import { expect } from "chai";
import fc from "fast-check";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { FACETS } from "../../presentation/search/facets.ts";
import { findFinding, indexFinding, otherFindings } from "../../presentation/search/finding-index.ts";
import { FINDING_ORDERS } from "../../presentation/search/order.ts";
import { EVERYTHING_OPEN } from "../../presentation/search/query.ts";
import { searchFindings } from "../../presentation/search/search.ts";
import { DUE_FINDINGS } from "../fixtures/due-findings.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { INDEXED, queries, queryOf, viewOf } from "../fixtures/searched-findings.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const OVERDUE: FindingView = viewOf(DUE_FINDINGS[0]);
const search = (text: string) => searchFindings(INDEXED, queryOf(text), NOW);
const keys = (text: string) =>
  search(text)
    .rows.map(({ key }) => key.slice(3))
    .join("");

describe("the search for findings", () => {
  const found: readonly (readonly [query: string, keys: string])[] = [
    ["", "213457"],
    ["record=closed", "6"],
    ["record=all&severity=INFORMATIONAL", "7"],
    ["record=closed&severity=MEDIUM", "6"],
    ["severity=CRITICAL&severity=high", "21"],
    ["severity=!CRITICAL&kind=compliance", "134"],
    ["due=overdue", "1"],
    ["due=!none", "213"],
    ["owner=payments", "14"],
    ["owner=none", "357"],
    ["owner=", "357"],
    ["age=1+to+7+days", "245"],
    ["cause=missing&severity=LOW", "34"],
    ["cause=patch+status+unknown", "5"],
    ["kind=blind+spot&record=all", "56"],
    ["kind=other", "7"],
    ["region=us-east-2&kind=other", "7"],
    ["region=nowhere", ""],
    [`q=${nodeId(3)}`, "3"],
    [`q=${nodeId(3).toUpperCase()}`, "3"],
    ["q=PAYMENTS+kb1", "14"],
    ["q=kernel%2C+core", "1"],
    ['q="kernel, core"', "1"],
    ['q="core kernel"', ""],
    ['q="strasse im"', ""],
    ["q=STRASSE", ""],
    ["q=straße", "5"],
    ["q=ＳＴＲＡ", "5"],
    ['q="', "213457"],
    ["q=onerror", "2"],
    ["due=overdue&q=nothing", ""],
  ];
  for (const [query, expected] of found) {
    it(`finds "${expected}" for "${query}"`, () => {
      expect(keys(query)).to.equal(
        expected
          .split("")
          .toSorted((a, b) => rank(a) - rank(b))
          .join(""),
      );
    });
  }
  /** The order by severity and node. */
  const rank = (key: string) => "2153467".indexOf(key);

  it("sorts, with findings that lack the fact last in both directions", () => {
    const owned = (query: string) => keys(`kind=compliance&${query}`);
    expect([owned("order=due"), owned("order=due&direction=descending")]).to.deep.equal(["1234", "3214"]);
    expect([owned("order=age"), owned("order=age&direction=descending")]).to.deep.equal(["4213", "3124"]);
    expect([owned("order=owner"), owned("order=owner&direction=descending")]).to.deep.equal(["2143", "1423"]);
  });
  for (const order of FINDING_ORDERS) {
    it(`keeps all findings when it sorts by ${order}`, () => {
      for (const direction of ["ascending", "descending"]) {
        const all = keys(`record=all&order=${order}&direction=${direction}`);
        expect(all.split("").toSorted().join("")).to.equal("1234567");
      }
    });
  }

  it("counts a facet without its own terms", () => {
    const { facets, bySeverity, open, closed, total } = search("owner=payments&severity=HIGH&record=all");
    expect(total).to.equal(1);
    expect(facets.severity.values).to.deep.equal([
      { value: "HIGH", findings: 1, selected: "included" },
      { value: "LOW", findings: 1 },
    ]);
    expect(facets.owner.values).to.deep.equal([{ value: "payments", findings: 1, selected: "included" }]);
    expect([bySeverity.HIGH, open, closed]).to.deep.equal([1, 1, 0]);
  });

  it("counts closed findings apart from severities", () => {
    const { bySeverity, closed, open, facets } = search("");
    expect([bySeverity.INFORMATIONAL, open, closed]).to.deep.equal([1, 6, 1]);
    expect(facets.record.values).to.deep.equal([
      { value: "open", findings: 6 },
      { value: "closed", findings: 1 },
      { value: "all", findings: 7 },
    ]);
  });

  it("lists at most 12 values, and all that are selected", () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      indexFinding({ key: `${at}`, view: { ...OVERDUE, owner: `o${at}` } }),
    );
    const owners = searchFindings(many, EVERYTHING_OPEN, NOW).facets.owner;
    expect([owners.values.length, owners.more]).to.deep.equal([12, 28]);
    const chosen = searchFindings(many, queryOf("owner=o9&owner=absent"), NOW).facets.owner;
    expect(chosen.values.filter(({ selected }) => selected)).to.deep.equal([
      { value: "o9", findings: 1, selected: "included" },
      { value: "absent", findings: 0, selected: "included" },
    ]);
    expect([chosen.values.length, chosen.more]).to.deep.equal([12, 29]);
  });

  it("shows the last page instead of one past the end", () => {
    const many = Array.from({ length: 120 }, (_, at) => indexFinding({ key: `${at}`, view: OVERDUE }));
    const { rows, page, pages, total, matching } = searchFindings(many, queryOf("page=9"), NOW);
    expect([rows.length, page, pages, total, matching.length]).to.deep.equal([20, 3, 3, 120, 120]);
  });

  it("finds a finding by its key, or the open one of a node", () => {
    expect(findFinding(INDEXED, "key6")?.row.key).to.equal("key6");
    expect(findFinding(INDEXED, nodeId(3))?.row.key).to.equal("key3");
    expect(findFinding(INDEXED, nodeId(3).toUpperCase())?.row.key).to.equal("key3");
    expect(findFinding(INDEXED, nodeId(99))).to.equal(undefined);
    expect(findFinding(INDEXED, "")).to.equal(undefined);
  });

  it("finds the compliance finding of a node first, then its blind spot, then the newest closed one", () => {
    const row = (key: string, parts: Partial<FindingView>) => ({ key, view: { ...OVERDUE, ...parts } });
    const rows = [
      row("old", { recordState: "ARCHIVED", updatedAt: "2026-11-18T00:00:00Z" }),
      row("closed", { recordState: "ARCHIVED", updatedAt: "2026-11-19T00:00:00Z" }),
      row("other", { kind: "other", updatedAt: "2026-11-20T00:00:00Z" }),
      row("blind", { kind: "blindSpot", updatedAt: "2026-11-20T00:00:00Z" }),
      row("compliance", { updatedAt: "2026-11-01T00:00:00Z" }),
    ];
    const first = (count: number) =>
      findFinding(
        rows.slice(0, count).map((each) => indexFinding(each)),
        OVERDUE.nodeId,
      )?.row.key;
    expect([5, 4, 3, 2].map(first)).to.deep.equal(["compliance", "blind", "other", "closed"]);
    const others = (account: string) => otherFindings(rows, row("compliance", { account })).map(({ key }) => key);
    expect([others(OVERDUE.account), others("999900001111")]).to.deep.equal([["other", "blind"], []]);
  });

  it("has counts that add up", () => {
    fc.assert(
      fc.property(queries(), (query) => {
        const result = searchFindings(INDEXED, { ...query, text: "" }, NOW);
        expect(result.total).to.equal(result.matching.length);
        for (const facet of FACETS.filter((one) => one !== "cause" && one !== "record")) {
          const { [facet]: _, ...others } = query.facets;
          const without = searchFindings(INDEXED, { ...query, text: "", facets: others }, NOW);
          const sum = result.facets[facet].values.reduce((all, { findings }) => all + findings, 0);
          expect(sum).to.equal(without.total);
        }
      }),
      { numRuns: 30 },
    );
  });
});
