import { expect } from "chai";
import { COUNT_METRICS, DAYS_METRICS, GAUGE_METRICS, SECONDS_METRICS } from "../../contract/metrics.ts";
import { changeCounts } from "../../functions/finding/change-metrics.ts";
import { SecurityHubUnavailable } from "../../functions/runtime/errors.ts";
import { countError } from "../../functions/runtime/metrics.ts";
import { countingIn } from "../doubles/counters.ts";

const NAMES: readonly string[] = [...COUNT_METRICS, ...SECONDS_METRICS, ...DAYS_METRICS, ...GAUGE_METRICS];

describe("metric names", () => {
  it("are unique", () => {
    expect(NAMES).to.deep.equal([...new Set(NAMES)]);
  });

  it("include those of Publish's outcome", () => {
    expect(NAMES).to.include.members(Object.keys(changeCounts([])));
  });

  it("include the counted errors; other errors are not counted", () => {
    const counted: string[] = [];
    countError(new SecurityHubUnavailable("500"), countingIn(counted));
    countError(new TypeError("a defect"), countingIn(counted));
    expect(counted).to.deep.equal(["SecurityHubUnavailable"]);
  });
});
