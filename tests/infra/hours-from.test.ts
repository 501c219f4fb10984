import { expect } from "chai";
import * as fc from "fast-check";
import { hoursFrom } from "../../infra/parts/hours-from.ts";

const time = fc
  .date({ min: new Date("2000-01-01T00:00:00.000Z"), max: new Date("2099-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const hour = time.map((text) => text.slice(0, 13));
/** Times near an hour: most random times differ in the year already. */
const nearby = fc
  .tuple(hour, fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 3_599_999 }))
  .map(([start, hours, milliseconds]) => {
    const near = new Date(Date.parse(`${start}:00:00.000Z`) + hours * 3_600_000 + milliseconds);
    return [start, near.toISOString()] as const;
  })
  .filter(([, near]) => near.startsWith("20"));

const matches = (from: string, text: string): number =>
  hoursFrom(from).filter((prefix) => text.startsWith(prefix)).length;

describe("hoursFrom", () => {
  it("returns beginnings of which one matches each time from the hour, and none an earlier time", () => {
    const holds = ([from, text]: readonly [string, string]) => {
      expect(matches(from, text)).to.equal(text.slice(0, 13) >= from ? 1 : 0);
    };
    fc.assert(fc.property(fc.tuple(hour, time), holds), { numRuns: 2_000 });
    fc.assert(fc.property(nearby, holds), { numRuns: 2_000 });
  });

  it("leaves out what is the smallest end", () => {
    expect(hoursFrom("2099-01-01T00")).to.deep.equal(["2099"]);
    expect(hoursFrom("2098-12-01T00")).to.deep.equal(["2099", "2098-12"]);
    expect(hoursFrom("2099-12-30T00")).to.deep.equal(["2099-12-31", "2099-12-30"]);
    expect(hoursFrom("2099-12-31T22")).to.deep.equal(["2099-12-31T23", "2099-12-31T22"]);
  });
});
