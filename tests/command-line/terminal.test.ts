import { expect } from "chai";
import { progressBar } from "../../command-line/terminal.ts";

describe("the progress bar", () => {
  const { stdout, stderr } = process;
  const kept = { out: stdout.isTTY, err: stderr.isTTY, write: stderr.write.bind(stderr) };
  afterEach(() => {
    Object.assign(stdout, { isTTY: kept.out });
    Object.assign(stderr, { isTTY: kept.err, write: kept.write });
  });

  it("changes no terminal mode, so that Ctrl-C leaves the terminal usable", () => {
    let written = "";
    Object.assign(stdout, { isTTY: true });
    Object.assign(stderr, { isTTY: true, write: (text: string) => (written += text) !== "" });
    const bar = progressBar(2);
    bar.update(1);
    const interrupted = written;
    bar.stop();
    expect(interrupted).to.include("0/2 nodes");
    // DEC private modes, such as ESC [ ? 7 l: no line breaks, or no cursor.
    expect(interrupted).to.not.match(/\[\?\d+l/);
  });
});
