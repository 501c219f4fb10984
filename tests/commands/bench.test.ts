import { expect } from "chai";
import type { Conditions } from "../../commands/bench/bench-cloud.ts";
import { parseOptions } from "../../commands/bench/options.ts";
import { fleetResult, runBench } from "../../commands/bench/results.ts";
import { resultTables } from "../../commands/bench/tables.ts";

describe("npm run bench", () => {
  it("measures every phase of a fleet, and finds all findings right", async () => {
    const result = await runBench(parseOptions(["--nodes", "100"]), () => undefined);
    const phases = result.fleets.flatMap((fleet) => fleet.phases);
    expect(phases.flatMap(({ problems }) => problems)).to.deep.equal([]);
    const open = Object.fromEntries(phases.map(({ phase, openFindings }) => [phase, openFindings]));
    expect(open).to.deep.equal({ first: 30, unchanged: 30, sweep: 30, patched: 0, outage: 0, recovery: 30 });
    const [first, unchanged] = phases;
    expect([first?.imports, unchanged?.imports]).to.deep.equal([30, 0]);
    expect(first?.seconds).to.be.greaterThan(first?.bound?.seconds ?? Infinity);
    const [idle] = result.idle;
    const parts = idle?.parts.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(parts).to.be.closeTo(idle?.seconds ?? 0, 0.001);
    expect(resultTables(result)).to.include("time / bound");
  });

  it("gives the same results for the same seed", async () => {
    const conditions: Conditions = {
      ...{ nodes: 100, seed: 5, rows: 0, hostManagement: true, ssmRate: 20, filterLimit: "none" },
      config: "Pulumi.dev.yaml",
    };
    const play = () => fleetResult(conditions, ["first"], () => undefined);
    const [one, other] = [await play(), await play()];
    expect(JSON.stringify(other)).to.equal(JSON.stringify(one));
    expect(one.phases[0]?.problems).to.deep.equal([]);
    expect(one.phases[0]?.throttled).to.be.greaterThan(0);
  });
});
