import { expect } from "chai";
import fc from "fast-check";
import { clockTime, dayOf, localTime, relativeTime, timesInZone, utcTime } from "../../presentation/times/times.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

describe("times for people", () => {
  for (const [iso, words] of [
    ["2026-11-25T11:59:30Z", "just now"],
    ["2026-11-25T12:00:59Z", "just now"],
    ["2026-11-25T11:59:00Z", "1 minute ago"],
    ["2026-11-25T11:01:00Z", "59 minutes ago"],
    ["2026-11-25T11:00:00Z", "1 hour ago"],
    ["2026-11-25T08:59:00Z", "3 hours ago"],
    ["2026-11-23T12:00:01Z", "47 hours ago"],
    ["2026-11-27T12:00:00Z", "in 2 days"],
    ["2026-09-27T12:00:00Z", "59 days ago"],
    ["2026-09-26T12:00:00Z", "2 months ago"],
    ["2024-11-25T12:00:00Z", "2 years ago"],
    ["2026-11-16", "9 days ago"],
    ["yesterday", "yesterday"],
    ["", ""],
  ] as const) {
    it(`are relative: ${iso} is "${words}"`, () => {
      expect(relativeTime(iso, NOW)).to.equal(words);
    });
  }

  for (const [iso, zone, words] of [
    ["2026-11-25T17:32:08.123Z", "UTC", "25 Nov 2026, 17:32 UTC"],
    ["2026-09-01T00:05:00Z", "UTC", "1 Sep 2026, 00:05 UTC"],
    ["2026-11-25T23:32:08Z", "Europe/Berlin", "26 Nov 2026, 00:32 CET"],
    ["2026-11-25T17:32:08Z", "Asia/Kolkata", "25 Nov 2026, 23:02 GMT+5:30"],
    ["2026-11-25T17:32:08Z", "Nowhere/<b>", "25 Nov 2026, 17:32 UTC"],
    ["soon", "UTC", "soon"],
  ] as const) {
    it(`are in a time zone: ${iso} in ${zone}`, () => {
      expect(localTime(iso, zone)).to.equal(words);
    });
  }

  for (const [iso, zone, day] of [
    ["2026-11-25T23:32:08Z", "UTC", "2026-11-25"],
    ["2026-11-25T23:32:08Z", "Europe/Berlin", "2026-11-26"],
    ["2026-03-01T01:00:00Z", "America/New_York", "2026-02-28"],
    ["2026-11-16", "America/New_York", "2026-11-16"],
    ["soon", "UTC", "soon"],
  ] as const) {
    it(`are on a day of a time zone: ${iso} in ${zone}`, () => {
      expect(dayOf(iso, zone)).to.equal(day);
    });
  }

  it("are written in a time zone within a text, but days are not", () => {
    expect(timesInZone("Scan at 2026-11-25T23:32:08.123Z, due 2026-11-16", "Europe/Berlin")).to.equal(
      "Scan at 26 Nov 2026, 00:32 CET, due 2026-11-16",
    );
  });

  it("are in UTC, or only hour and minute", () => {
    expect(utcTime("2026-11-25T17:32:00+01:00")).to.equal("25 Nov 2026, 16:32 UTC");
    expect(clockTime("2026-11-25T17:32:08Z", "UTC")).to.equal("17:32");
    expect(clockTime("soon")).to.equal("soon");
    expect(localTime("2026-11-25T17:32:08Z")).to.match(/^2[56] Nov 2026, \d\d:\d\d \S+$/);
  });

  it("keep their order: an earlier time is never said to be nearer", () => {
    const seconds = fc.integer({ min: 60, max: 400_000_000 });
    const inSeconds = { minute: 60, hour: 3_600, day: 86_400, month: 30 * 86_400, year: 365 * 86_400 };
    const sizeOf = (age: number): number => {
      const words = relativeTime(new Date(NOW.getTime() - age * 1000).toISOString(), NOW);
      const [, count, unit] = /^(\d+) (\w+?)s? ago$/.exec(words) ?? [];
      return Number(count) * inSeconds[unit as keyof typeof inSeconds];
    };
    fc.assert(fc.property(seconds, seconds, (a, b) => sizeOf(Math.min(a, b)) <= sizeOf(Math.max(a, b))));
  });
});
