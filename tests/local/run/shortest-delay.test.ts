import { expect } from "chai";
import { useClock } from "../../../local/run/clock.ts";

describe("the virtual clock", () => {
  it("gives all timers back", () => {
    const { setTimeout: timer, setInterval: interval, Date: date } = globalThis;
    useClock(Infinity)();
    expect([globalThis.setTimeout, globalThis.setInterval, globalThis.Date]).to.deep.equal([timer, interval, date]);
  });

  it("lets at least one millisecond pass at each wait, so that short waits end", async () => {
    const release = useClock(Infinity);
    try {
      const start = Date.now();
      for (let waits = 0; waits < 5; waits += 1) await new Promise((resolve) => setTimeout(resolve, 0.3));
      expect(Date.now() - start).to.equal(5);
    } finally {
      release();
    }
  });
});
