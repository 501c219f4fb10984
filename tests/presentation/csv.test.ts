import { expect } from "chai";
import { csvText } from "../../presentation/csv/csv.ts";

describe("CSV", () => {
  const cases: [cell: string | number | undefined, text: string][] = [
    ["web-1", '"web-1"'],
    [3, '"3"'],
    [undefined, '""'],
    ["=1+1", `"'=1+1"`],
    ['say "no"', '"say ""no"""'],
    // A spreadsheet whose separator is the semicolon splits here.
    ["web;=1+1", `"web;'=1+1"`],
    ['web; "=1+1";x', `"web;' ""=1+1"";x"`],
    ["web\n@x", `"web\n'@x"`],
    ["a; b", '"a; b"'],
  ];
  for (const [cell, text] of cases) {
    it(`has ${JSON.stringify(cell ?? null)} as ${JSON.stringify(text)}`, () => {
      expect(csvText([["first", cell]])).to.equal(`"first",${text}\n`);
    });
  }
});
