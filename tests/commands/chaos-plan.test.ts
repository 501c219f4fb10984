import { expect } from "chai";
import * as fc from "fast-check";
import { parseOptions } from "../../commands/chaos.ts";
import { disordered } from "../../commands/chaos/event-order.ts";
import { FAILURES, TARGETS } from "../../commands/chaos/fault-catalog.ts";
import { faultRules } from "../../commands/chaos/fault-rules.ts";
import { scenesOf } from "../../commands/chaos/fleets.ts";
import { edited } from "../../commands/chaos/finding-edits.ts";
import { Random } from "../../commands/chaos/random.ts";
import { checkFaults } from "../../local/gateway/faults.ts";
import { InputError } from "../../command-line/input-error.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const event = (number: number) => ({ number });

describe("chaos campaign: fleets, events and faults", () => {
  it("are the same for the same seed, and differ for another seed", () => {
    const rules = (seed: string) => faultRules(new Random(seed), 300);
    const fleets = (seed: string) => scenesOf(seed, NOW);
    const order = (seed: string) =>
      disordered(
        Array.from({ length: 50 }, (_, index) => event(index)),
        new Random(seed),
      );
    for (const made of [rules, fleets, order]) {
      expect(made("one")).to.deep.equal(made("one"));
      expect(made("one")).not.to.deep.equal(made("two"));
    }
  });

  it("break calls by rules that the fault plan accepts, and that all end", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 100, max: 500 }), (seed, nodes) => {
        const rules = faultRules(new Random(seed), nodes);
        expect(checkFaults(JSON.parse(JSON.stringify(rules)), "plan")).to.deep.equal(rules);
        for (const { count = 0, seconds = 0, kind } of rules) {
          expect(count + seconds).to.be.within(0.1, 40);
          if (kind === "timeout") expect(count).to.be.within(1, 2);
        }
      }),
    );
  });

  it("break every operation of the list in every way that it can break", () => {
    const rules = Array.from({ length: 500 }, (_, seed) => faultRules(new Random(String(seed)), 300)).flat();
    const broken = new Set(rules.map(({ service, operation, kind }) => `${service}:${operation} ${kind}`));
    for (const { service, operation, partial } of TARGETS) {
      const kinds = ["error", "timeout", "reset", ...(partial === undefined ? [] : ["partial"])];
      for (const kind of kinds) expect(broken).to.include(`${service}:${operation} ${kind}`);
      expect(FAILURES[service]).to.have.lengthOf.at.least(8);
    }
    // A finding that Security Hub refuses for its content is quarantined, and rightly so.
    expect(rules.map(({ code }) => code)).not.to.include("InvalidInput");
  });

  it("change the fleet for the second phase by later operations, and lose the terminated nodes", () => {
    const [{ fleet: first }, { fleet: second, events }] = scenesOf("a seed", NOW);
    expect(first.nodes.length).to.be.within(100, 500);
    const before = new Map(first.patchStates.map((state) => [state.InstanceId, state]));
    const changed = second.patchStates.filter((state) => before.get(state.InstanceId) !== state);
    expect(changed).to.have.lengthOf.at.least(20);
    for (const { InstanceId, OperationEndTime: end } of changed) {
      expect(Number(end)).to.be.lessThan(NOW.getTime());
      expect(Number(end)).to.be.greaterThan(Number(before.get(InstanceId)?.OperationEndTime ?? 0));
    }
    const terminated = second.instances?.filter(({ State }) => State?.Name === "terminated") ?? [];
    expect(terminated).to.have.lengthOf.at.least(1);
    expect(JSON.stringify([second.nodes, second.patchStates, events])).not.to.contain(terminated[0]?.InstanceId);
    const scanned = new Set(
      [...first.patchStates, ...first.complianceSummaries.map(({ ResourceId }) => ({ InstanceId: ResourceId }))].map(
        ({ InstanceId }) => InstanceId,
      ),
    );
    expect(
      first.nodes.filter(({ InstanceId }) => !scanned.has(InstanceId)),
      "never scanned",
    ).to.have.lengthOf.at.least(1);
  });

  it("keep every event, however often and in which order", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (seed, count) => {
        const events = Array.from({ length: count }, (_, index) => event(index));
        const delivered = disordered(events, new Random(seed));
        expect(delivered).to.include.members(events);
        expect(delivered.length).to.be.at.most(2 * count);
      }),
    );
  });

  it("let people edit the same findings in calm and in chaos, with any other findings", () => {
    const findings = Array.from({ length: 60 }, (_, index) => ({ Id: `finding ${index}` }));
    const all = edited(findings, "seed");
    expect(all.filter((finding, index) => finding !== findings[index])).to.have.lengthOf.within(5, 40);
    expect(edited(findings.slice(30), "seed")).to.deep.equal(all.slice(30));
  });
});

describe("chaos command line", () => {
  it("takes a seed and either a number of runs or one run", () => {
    expect(parseOptions(["--seed", "7", "--runs", "3"])).to.include({ seed: 7, runs: 3 });
    expect(parseOptions(["--run", "4"])).to.include({ seed: 1, run: 4 });
  });

  for (const args of [
    ["--runs", "0"],
    ["--seed", "x"],
    ["--run", "1", "--runs", "2"],
    ["--jobs", "99"],
    ["--nope"],
    ["x"],
  ]) {
    it(`refuses ${args.join(" ")} in one line`, () => {
      expect(() => parseOptions(args)).to.throw(InputError, /^[^\n]+$/);
    });
  }
});
