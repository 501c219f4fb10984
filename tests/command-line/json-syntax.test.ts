import { expect } from "chai";
import fc from "fast-check";
import { parseIfJson, syntaxProblem } from "../../command-line/json-syntax.ts";

describe("syntaxProblem", () => {
  const cases: [text: string, line: number, column: number, problem: string][] = [
    ["", 1, 1, "value expected"],
    ['{"a":', 1, 6, "value expected"],
    ['{"a": 1', 1, 8, "close brace expected"],
    ['{"a" 1}', 1, 6, "colon expected"],
    ['{"a": 1,}', 1, 9, "property name expected"],
    ["[1,\n]", 2, 1, "value expected"],
    ["[1\r\n,\r\n 2 3]", 3, 4, "comma expected"],
    ["[1] 2", 1, 5, "end of file expected"],
    ["// comment\n[]", 1, 1, "invalid comment token"],
    ["[/* comment */ 1]", 1, 2, "invalid comment token"],
    ["{'a': 1}", 1, 2, "invalid symbol"],
    ['["\\x"]', 1, 2, "invalid escape character"],
    ['["\u0001"]', 1, 2, "invalid character"],
    ['["a', 1, 2, "unexpected end of string"],
    ["[1.]", 1, 2, "unexpected end of number"],
  ];
  for (const [text, line, column, problem] of cases) {
    it(`${JSON.stringify(text)}: ${problem}`, async () => {
      expect(parseIfJson(text)).to.equal(undefined);
      expect(await syntaxProblem(text)).to.include({ line, column, problem });
    });
  }

  it("finds an error in every text that is not JSON", async () => {
    const signs = '{ } [ ] , : \n \r \t " \\ / * - + . 0 1 e E x \u00a0 \ufeff \u0001'.split(" ");
    const pieces = [...signs, " ", "true", "null", '"a"', '{"a": ', "\\u00", "//"];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(parseIfJson(text) === undefined);
        const { line, column, offset, problem } = await syntaxProblem(text);
        expect(problem).not.to.equal("no JSON");
        const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
        expect([line, column]).to.deep.equal([lines.length, (lines.at(-1) ?? "").length + 1]);
      }),
      { numRuns: 2_000 },
    );
  });
});
