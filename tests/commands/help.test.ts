/** The help of the commands: usage, one sentence, options, examples, in this order. */
import { expect } from "chai";
import { runCommand } from "../fixtures/command-process.ts";

const { PATH = "" } = process.env;

describe("the help of the commands", () => {
  for (const name of ["build", "graph", "diagram", "settings-page", "cost", "chaos", "findings", "close-findings"]) {
    it(`of ${name} ends with an example, and does nothing`, async () => {
      const { code, stdout, stderr } = await runCommand(name, ["--help"], { PATH });
      expect([code, stderr]).to.deep.equal([0, ""]);
      expect(stdout).to.match(
        /^Usage: npm run [a-z-]+ -- .*\n\n[A-Z][^]*\.\n\nOptions:\n[^]*\n\nExamples?:\n( {2}npm run [a-z-]+( -- .*)?\n){1,2}$/,
      );
    });
  }
});
