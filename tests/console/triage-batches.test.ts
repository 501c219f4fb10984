import { expect } from "chai";
import { writeInBatches } from "../../console/page/triage-batches.ts";
import type { TriageAnswer } from "../../console/api.ts";

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);
const answer = (written: number): TriageAnswer => ({
  message: `Set ${written} findings to NOTIFIED.\nweb-1 keeps the note of bob.`,
  written,
  skipped: [],
  failures: written === 1_000 ? [] : [{ id: "x", code: "Skipped", message: "it is closed" }],
});

describe("triage of many findings", () => {
  it("is one request for 1,000 findings, whose answer stays as it is", async () => {
    const write = () => Promise.resolve(answer(1_000));
    const said = await writeInBatches(keysOf(1_000), write, (words) => expect.fail(words));
    expect(said).to.equal(answer(1_000).message);
  });

  it("is sent in batches one after the other, with progress, and the answers are added up", async () => {
    const [sizes, progress]: [number[], string[]] = [[], []];
    let running = 0;
    const write = async (keys: readonly string[]) => {
      running += 1;
      expect(running).to.equal(1);
      await Promise.resolve();
      sizes.push(keys.length);
      running -= 1;
      return answer(keys.length);
    };
    const said = await writeInBatches(keysOf(2_001), write, (words) => progress.push(words));
    expect(sizes).to.deep.equal([1_000, 1_000, 1]);
    expect(progress).to.deep.equal(["1000 of 2001 findings done …", "2000 of 2001 findings done …"]);
    expect(said.split("\n")).to.deep.equal([
      "2001 findings written. 1 finding could not be written.",
      ...Array<string>(3).fill("web-1 keeps the note of bob."),
    ]);
  });

  it("says what was written before a failure", async () => {
    const write = (keys: readonly string[]) =>
      keys[0] === "key 0" ? Promise.resolve(answer(1_000)) : Promise.reject(new Error("AWS throttles it."));
    const said = await writeInBatches(keysOf(1_001), write, () => undefined).catch(String);
    expect(said).to.equal("Error: AWS throttles it. Before that, 1000 findings of the first 1000 were written.");
  });
});
