import { expect } from "chai";
import fc from "fast-check";
import { shown } from "../../../command-line/input-error.ts";
import { parseTime, toWire } from "../../../local/fleet/wire-time.ts";

describe("times in files and on the wire", () => {
  const cases: [unknown, string | undefined][] = [
    ["2021-05-03T11:00:56-07:00", "2021-05-03T18:00:56.000Z"],
    ["2020-03-20 10:52:50-04:00", "2020-03-20T14:52:50.000Z"],
    ["2026-11-16T02:00:11.412999+00:00", "2026-11-16T02:00:11.412Z"],
    ["2019-02-15T12:17:55Z", "2019-02-15T12:17:55.000Z"],
    ["2019-02-15T12:17:55+0530", "2019-02-15T06:47:55.000Z"],
    ["2019-02-15", "2019-02-15T00:00:00.000Z"],
    [1_550_408_470, "2019-02-17T13:01:10.000Z"],
    ["1550408470.5", "2019-02-17T13:01:10.500Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    [1_550_408_470_000, undefined],
    [-1, undefined],
    ["2026-02-30T00:00:00Z", undefined],
    ["2026-01-01T25:00:00Z", undefined],
    ["truncated", undefined],
    ["", undefined],
    [true, undefined],
  ];
  for (const [value, expected] of cases) {
    it(`reads ${shown(value)} as ${expected ?? "no time"}`, () => {
      expect(parseTime(value)?.toISOString()).to.equal(expected);
    });
  }

  it("keeps any time unchanged on the wire", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (milliseconds) => {
        const time = new Date(milliseconds);
        expect(parseTime(toWire(time))).to.deep.equal(time);
        expect(parseTime(time.toISOString())).to.deep.equal(time);
      }),
    );
  });
});
