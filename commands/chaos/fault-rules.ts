import { checkFaults, type FaultRule } from "../../local/gateway/faults.ts";
import { FAILURES, TARGETS, type Target } from "./fault-catalog.ts";
import type { Random } from "./random.ts";

const FEWEST_RULES = 5;
const MOST_RULES = 9;
/** At the campaign's time scale half an hour. */
const LONGEST_SECONDS = 3;

/** Numbers of failing calls in a row, rarely more than the SDK and the state machine retry. */
const EXTENTS = [
  { weight: 5, min: 1, max: 3 },
  { weight: 3, min: 4, max: 12 },
  { weight: 1, min: 13, max: 40 },
] as const;

const KINDS = [
  { weight: 14, kind: "error" },
  { weight: 3, kind: "reset" },
  { weight: 1, kind: "timeout" },
  { weight: 6, kind: "partial" },
] as const;

/**
 * Returns the faults of one phase, the same for the same random numbers. Each ends after some calls or seconds.
 *
 * @param nodes size of the fleet, which determines the number of calls per operation
 */
export function faultRules(random: Random, nodes: number): FaultRule[] {
  const count = random.integer(FEWEST_RULES, MOST_RULES);
  const rules = Array.from({ length: count }, () => faultRule(random, nodes));
  return checkFaults(rules, "the campaign's fault plan");
}

function faultRule(random: Random, nodes: number): object {
  const target = random.weighted(TARGETS);
  const { service, operation, partial } = target;
  const { kind } = random.weighted(KINDS.filter((each) => each.kind !== "partial" || partial !== undefined));
  const from = random.integer(1, Math.max(1, Math.round((target.callsPer50 * nodes) / 50)));
  return { service, operation, from, kind, ...extent(random, kind), ...answer(random, target, kind) };
}

/** Each call that times out is retried many times: one or two are enough. */
function extent(random: Random, kind: FaultRule["kind"]): object {
  if (kind === "timeout") return { count: random.integer(1, 2) };
  if (random.chance(0.2)) return { seconds: random.integer(2, LONGEST_SECONDS * 10) / 10 };
  const { min, max } = random.weighted(EXTENTS);
  return { count: random.integer(min, max) };
}

function answer(random: Random, { service, partial = [] }: Target, kind: FaultRule["kind"]): object {
  if (kind === "error") return random.pick(FAILURES[service] ?? []);
  return kind === "partial" ? { code: random.pick(partial) } : {};
}
