import { expect } from "chai";
import { indexAt, stackedAreas, topOf } from "../../console/page/stacked-areas.ts";

describe("the trend's areas", () => {
  const trend = {
    times: [100, 110, 120],
    open: [
      [1, 2, 0],
      [3, 2, 2],
    ],
  };

  it("lie on top of each other, the last list at the bottom, and change only at their times", () => {
    expect(stackedAreas(trend, { width: 20, height: 4 }, 4)).to.deep.equal([
      "M0 0L10 0L10 0L20 0L20 2L20 2L20 2L10 2L10 1L0 1Z",
      "M0 1L10 1L10 2L20 2L20 2L20 4L20 4L10 4L10 4L0 4Z",
    ]);
  });

  const tops: [most: number, top: number][] = [
    [0, 4],
    [4, 4],
    [5, 6],
    [16, 20],
    [21, 40],
    [100, 100],
    [4_100, 6_000],
    [9_999, 10_000],
  ];
  for (const [most, top] of tops) {
    it(`end at ${top} for ${most} findings`, () => {
      expect(topOf({ times: [1], open: [[most]] })).to.equal(top);
    });
  }

  const places: [share: number, index: number][] = [
    [0, 0],
    [0.49, 0],
    [0.5, 1],
    [1, 2],
  ];
  for (const [share, index] of places) {
    it(`show sample ${index} at ${share} of the width`, () => {
      expect(indexAt(trend, share)).to.equal(index);
    });
  }

  it("have a place for one time, and for none", () => {
    expect(stackedAreas({ times: [5], open: [[2]] }, { width: 20, height: 4 }, 4)).to.deep.equal(["M0 2L0 4Z"]);
    expect(indexAt({ times: [], open: [] }, 0.5)).to.equal(0);
    expect(topOf({ times: [], open: [] })).to.equal(4);
  });
});
