import { expect } from "chai";
import { ExecutionsInFlight, SHOWN_AFTER_MS } from "../../../functions/step-functions/executions-in-flight.ts";
import type { ListedExecution } from "../../../functions/step-functions/start-execution.ts";

/** Executions as the list shows them, newest first: name -> status. */
type Shown = Readonly<Record<string, string>>;

const own = (letter: string): string => `patch-findings-${letter}`;

describe("counting executions in flight", () => {
  let shown: Shown;
  let time: number;
  let lists: string[];
  let read: number;
  let executions: ExecutionsInFlight;
  const signal = new AbortController().signal;

  beforeEach(() => {
    shown = {};
    time = 0;
    lists = [];
    read = 0;
    executions = new ExecutionsInFlight(
      {
        start: () => Promise.resolve(),
        list: async function* (_, only) {
          lists.push(only ?? "all");
          await Promise.resolve();
          for (const [name, status] of Object.entries(shown)) {
            if (only !== undefined && status !== only) continue;
            read += 1;
            yield { name, status } satisfies ListedExecution;
          }
        },
      },
      () => time,
    );
  });

  const start = async (...letters: string[]) => {
    for (const letter of letters) await executions.start(own(letter), {}, 1_000);
  };
  const count = (enough = 4) => executions.count(enough, signal);
  const running = (...letters: string[]): Shown =>
    Object.fromEntries(letters.map((letter) => [own(letter), "RUNNING"]));

  it("counts dispatch's executions, and not those of maintenance windows", async () => {
    shown = { ...running("a"), "0a1b2c3d-0000-4000-8000-000000000001": "RUNNING", ...running("b") };
    expect(await count()).to.equal(2);
    expect(lists).to.deep.equal(["RUNNING"]);
  });

  it("reads no further than the ceiling", async () => {
    shown = running("a", "b", "c", "d", "e", "f");
    expect(await count(3)).to.equal(3);
    expect(read).to.equal(3);
  });

  it("counts a started execution that the list does not show yet, and counts it once when it does", async () => {
    await start("a", "b");
    expect(await count()).to.equal(2);
    shown = running("a");
    expect(await count()).to.equal(2);
    shown = running("a", "b");
    expect(await count()).to.equal(2);
  });

  it("stops counting an execution that a list has shown and the next one does not", async () => {
    await start("a");
    shown = running("a");
    expect(await count()).to.equal(1);
    shown = {};
    expect(await count()).to.equal(0);
  });

  it("stops counting an execution that no list has shown for long", async () => {
    await start("a", "b", "c", "d");
    time = SHOWN_AFTER_MS - 1;
    expect(await count()).to.equal(4);
    time = SHOWN_AFTER_MS;
    expect(await count()).to.equal(0);
  });

  it("asks which unseen executions have ended if they fill the ceiling, and only then", async () => {
    await start("a", "b", "c");
    shown = { [own("a")]: "SUCCEEDED", [own("b")]: "FAILED" };
    expect(await count()).to.equal(3);
    expect(lists).to.deep.equal(["RUNNING"]);
    await start("d");
    expect(await count()).to.equal(2);
    expect(lists).to.deep.equal(["RUNNING", "RUNNING", "all"]);
  });

  it("reads at most 100 executions to see which have ended", async () => {
    await start("a");
    shown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [own(`x${index}`), "SUCCEEDED"]));
    expect(await count(1)).to.equal(1);
    expect(read).to.equal(100);
  });

  it("does not count a start that failed", async () => {
    const failing = new ExecutionsInFlight({
      start: () => Promise.reject(new Error("no")),
      list: async function* () {
        await Promise.resolve();
        yield* [];
      },
    });
    await failing.start(own("a"), {}, 1_000).catch(() => undefined);
    expect(await failing.count(4, signal)).to.equal(0);
  });
});
