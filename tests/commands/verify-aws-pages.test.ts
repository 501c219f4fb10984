import type { ComplianceItem } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { judgePages } from "../../commands/verify-aws/filter-checks.ts";

const isMatch = ({ Status }: ComplianceItem) => Status === "NON_COMPLIANT";
/** Returns items: N is noncompliant, every other letter is not. */
const items = (letters: string): ComplianceItem[] =>
  Array.from(letters, (letter) => ({ Status: letter === "N" ? "NON_COMPLIANT" : "COMPLIANT" }));

describe("verify-aws, how pages of 5 are cut", () => {
  const cases: readonly (readonly [string, string, readonly string[], boolean, string])[] = [
    ["filters first", "CNCNCNCNCNCN", ["NNNNN", "N"], false, "as assumed"],
    ["filters first, with more pages than were read", "CNCNCNCNCNCN", ["NNNNN"], true, "as assumed"],
    ["cuts first", "CNCNCNCNCNCN", ["NN", "NNN", "N"], false, "differs"],
    ["cuts first, and the first page is empty", "CCCCCN", ["", "N"], false, "differs"],
    ["ignores the filter", "CNCN", ["CNCN"], false, "differs"],
    ["one page, either way", "CNCN", ["NN"], false, "not seen"],
    ["matching items beyond the sample", "CCCCCCCCCC", ["NNNNN", "N"], false, "as assumed"],
    ["no matching items", "CCCCCCCCCC", [""], false, "not seen"],
    ["noncompliant items alone", "NNNNNN", ["NNNNN", "N"], false, "not seen"],
  ];
  for (const [name, all, pages, more, verdict] of cases) {
    it(`${name}: ${verdict}`, () => {
      expect(judgePages(items(all), { pages: pages.map(items), more }, isMatch).verdict).to.equal(verdict);
    });
  }
});
