import { expect } from "chai";
import { PassThrough } from "node:stream";
import { isYes } from "../../command-line/question.ts";

const CTRL_C = "\u0003";

describe("a question", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["y\n", true],
    ["Yes \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    ["", false],
    [CTRL_C, false],
  ];
  for (const [typed, yes] of cases) {
    it(`takes ${JSON.stringify(typed)} for ${yes ? "yes" : "no"}`, async () => {
      const input = new PassThrough();
      // Only a terminal has Ctrl-C.
      const output = Object.assign(new PassThrough(), { isTTY: typed === CTRL_C });
      const answer = isYes("Continue? [y/N] ", input, output);
      input.end(typed);
      expect(await answer).to.equal(yes);
      expect(String(output.read())).to.include("Continue? [y/N] ");
    });
  }
});
