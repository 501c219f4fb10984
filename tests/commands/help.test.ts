/** The help of the commands: usage, one sentence, options, examples, in this order. */
import { expect } from "chai";
import { runCommand } from "../fixtures/command-process.ts";

const { PATH = "" } = process.env;

/** The file of a command, from `commands/`, and the arguments before `--help`. */
const COMMANDS = [
  ...["build", "graph", "diagram", "settings-page", "cost", "chaos", "bench", "findings", "close-findings", "console"],
  ...["list", "show", "triage", "report", "exceptions"].map((name) => `findings ${name}`),
  ...["../local/main", "../bench/peers/main"],
];

describe("the help of the commands", () => {
  for (const line of COMMANDS) {
    it(`of ${line} ends with an example, and does nothing`, async () => {
      const [name = "", ...args] = line.split(" ");
      const { code, stdout, stderr } = await runCommand(name, [...args, "--help"], { PATH });
      expect([code, stderr]).to.deep.equal([0, ""]);
      expect(stdout).to.match(
        /^Usage: npm (start|run [a-z:-]+) -- .*\n\n[A-Z][^]*\.\n\n(Arguments:\n[^]*\n\n)?Options:\n[^]*\n\nExamples?:\n( {2}npm (start|run [a-z:-]+)( -- .*)?\n){1,3}$/,
      );
    });
  }
});
