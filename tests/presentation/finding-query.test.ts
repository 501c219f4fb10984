import { expect } from "chai";
import fc from "fast-check";
import { FACETS, facetLabel } from "../../presentation/search/facets.ts";
import { EVERYTHING_OPEN, MAX_TEXT, queryParams, readQuery, withToggled } from "../../presentation/search/query.ts";
import { searchFindings } from "../../presentation/search/search.ts";
import { readTerm, termOf } from "../../presentation/search/terms.ts";
import { HOSTILE } from "../fixtures/due-findings.ts";
import { hostileText } from "../fixtures/node-fixtures.ts";
import { INDEXED, queries, queryOf } from "../fixtures/searched-findings.ts";

describe("the link to a query", () => {
  it("is readable", () => {
    const text = "q=web-win-1&severity=CRITICAL&severity=HIGH&due=overdue&workflow=%21SUPPRESSED&order=due&page=2";
    expect(queryParams(queryOf(text)).toString()).to.equal(text);
    expect(queryOf("")).to.deep.equal(EVERYTHING_OPEN);
    expect(queryParams(EVERYTHING_OPEN).toString()).to.equal("");
  });

  const problems: readonly (readonly [query: string, problem: string])[] = [
    ["colour=red", 'Unknown parameter "colour". Allowed: q, order, direction, page, severity, due, age,'],
    ["severity=BANANA", 'severity cannot be "BANANA". Allowed: CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL. A "!"'],
    ["due=%1b[2J", 'due cannot be "[2J". Allowed: overdue, soon, later, none.'],
    ["record=none", 'record cannot be "none". Allowed: open, closed, all.'],
    ["order=product", 'order cannot be "product". Allowed: severity, node,'],
    ["direction=up", 'direction cannot be "up". Allowed: ascending, descending.'],
    ["page=0", 'page cannot be "0". Allowed: 1 to 1000000.'],
    ["page=1e3", 'page cannot be "1e3"'],
    ["q=a&q=b", "q may be given only once."],
    [`q=${"a".repeat(MAX_TEXT + 1)}`, "is too long: at most 200 characters."],
    [`owner=${"a".repeat(600)}`, "is too long: at most 512 characters."],
    ["owner=a&".repeat(70), "A link may have at most 60 filters."],
  ];
  for (const [text, problem] of problems) {
    it(`that is "${text.slice(0, 30)}" has a problem`, () => {
      const result = readQuery(new URLSearchParams(text));
      expect(result).to.have.property("problem").that.includes(problem);
    });
  }

  it("gives the same query again", () => {
    fc.assert(
      fc.property(queries(), (query) => {
        expect(readQuery(new URLSearchParams(queryParams(query).toString()))).to.deep.equal(query);
      }),
    );
  });

  it("never throws, and its problem is one safe line", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FACETS, "q"), hostileText(99)), hostileText())),
        (pairs) => {
          const result = readQuery(new URLSearchParams(pairs));
          if ("problem" in result) expect(result.problem).to.match(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,400}$/u);
          else searchFindings(INDEXED, result, new Date());
        },
      ),
    );
  });

  it("has terms for any value", () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileText(), fc.constantFrom("", "none", "!", "\\", "!none")),
        fc.boolean(),
        (value, excluded) => {
          expect(readTerm(termOf(value, excluded))).to.deep.equal({ value, excluded });
        },
      ),
    );
  });

  it("changes with a click", () => {
    const once = withToggled({ ...EVERYTHING_OPEN, page: 3 }, "owner", HOSTILE);
    expect(once).to.deep.include({ page: 1, facets: { owner: [HOSTILE] } });
    expect(withToggled(once, "owner", HOSTILE).facets).to.deep.equal({});
    expect(withToggled(once, "owner", HOSTILE, true).facets.owner).to.deep.equal([`!${HOSTILE}`]);
    expect(withToggled(once, "owner", "").facets.owner).to.deep.equal([HOSTILE, "none"]);
    expect(facetLabel("")).to.equal("none");
  });
});
