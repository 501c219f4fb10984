import { expect } from "chai";
import {
  compareNode,
  type Comparison,
  type NodeFindings,
  type SweptNode,
} from "../../../functions/finding/compare-node.ts";
import { DEFAULT_POLICIES } from "../../../contract/policies.ts";
import { policiesHash } from "../../../functions/compliance/severity.ts";
import type { Listed } from "../../../functions/finding/destination.ts";
import { counts, days, minutes, NODE, READ_AT, source } from "../../fixtures/node-fixtures.ts";

const POLICIES = DEFAULT_POLICIES;
const RULES = policiesHash(POLICIES);
const COMPARISON: Comparison = {
  startedAt: READ_AT,
  readAt: READ_AT,
  sweepHours: 12,
  blindSpotDays: 30,
  policies: POLICIES,
};
const MISSING = { missing: 2 };
/** A patch state that ended an hour before the reading. */
const compliant = source();
const noncompliant = source({ counts: counts(MISSING) });

function node(parts: Partial<SweptNode> = {}): SweptNode {
  return { nodeId: NODE, patch: noncompliant, noncompliant: new Set(["Patch"]), ...parts };
}
const noState = (...types: string[]): SweptNode => ({ nodeId: NODE, noncompliant: new Set(types) });

/** An open finding that was written ten minutes after the operation of {@link noncompliant} ended. */
function finding(parts: Partial<Listed> = {}, remembered: Partial<Listed["remembered"]> = {}): Listed {
  return {
    ...{ nodeId: NODE, kind: "compliance", source: "Patch", document: undefined, causes: MISSING, rules: RULES },
    remembered: {
      ...{ closed: false, severity: "HIGH", contentHash: "h" },
      ...{ operationEnd: minutes(-60), updatedAt: minutes(-50), openSince: minutes(-60), ...remembered },
    },
    ...parts,
  };
}
const blindSpot = (remembered: Partial<Listed["remembered"]> = {}): Listed =>
  finding({ kind: "blindSpot", source: undefined, causes: {} }, { blindSpot: "silent", ...remembered });

/** Written so many hours before the sweep. */
const written = (hours: number) => ({ updatedAt: minutes(-60 * hours), openSince: minutes(-60 * hours) });
const older = (parts: object) => ({ operationEnd: minutes(-60 * 40), ...parts });
const association = { source: "Association" } as const;

type Row = [what: string, node: SweptNode, findings: NodeFindings, differs: boolean, comparison?: Partial<Comparison>];

const ROWS: Row[] = [
  // Nodes without an open finding
  ["compliant, without a finding", node({ patch: compliant, noncompliant: new Set() }), {}, false],
  ["counts say noncompliant, without a finding", node({ noncompliant: new Set() }), {}, true],
  [
    "only the critical count is not 0",
    node({ patch: source({ counts: counts({ criticalNonCompliant: 1 }) }) }),
    {},
    true,
  ],
  ["a summary alone says noncompliant", node({ patch: compliant }), {}, true],
  ["an association is noncompliant", node({ patch: compliant, noncompliant: new Set(["Association"]) }), {}, true],
  ["a closed finding is not settled", node({ patch: compliant, noncompliant: new Set() }), { unresolved: true }, true],
  // Findings of a patch state
  ["the state that the finding shows", node(), { compliance: finding() }, false],
  ["before the summary arrives", node({ noncompliant: new Set() }), { compliance: finding() }, false],
  ["a newer scan with the same counts", node(), { compliance: finding({}, older(written(20))) }, false],
  ["a newer scan, a day after the last import", node(), { compliance: finding({}, older(written(25))) }, true],
  ["a newer scan, between two checks of a day", node(), { compliance: finding({}, older(written(40))) }, false],
  ["a newer scan, two days after the last import", node(), { compliance: finding({}, older(written(49))) }, true],
  ["the same, with rare sweeps", node(), { compliance: finding({}, older(written(40))) }, true, { sweepHours: 24 }],
  ["an older finding of the same operation", node(), { compliance: finding({}, written(25)) }, false],
  [
    "more patches are missing",
    node({ patch: source({ counts: counts({ missing: 3 }) }) }),
    { compliance: finding() },
    true,
  ],
  [
    "a patch failed",
    node({ patch: source({ counts: counts({ ...MISSING, failed: 1 }) }) }),
    { compliance: finding() },
    true,
  ],
  [
    "as many patches are rejected as were missing",
    node({ patch: source({ counts: counts({ rejected: 2 }) }) }),
    { compliance: finding() },
    true,
  ],
  [
    "installed and security counts changed",
    node({ patch: source({ counts: counts({ ...MISSING, installed: 9, securityNonCompliant: 2 }) }) }),
    { compliance: finding() },
    false,
  ],
  [
    "a state that is older than the finding",
    node({ patch: source({ counts: counts({ missing: 9 }), startedAt: minutes(-91), endedAt: minutes(-90) }) }),
    { compliance: finding() },
    false,
  ],
  [
    "compliant by state, with an open finding",
    node({ patch: compliant, noncompliant: new Set() }),
    { compliance: finding() },
    true,
  ],
  ["its patch state is gone", noState(), { compliance: finding() }, true],
  ["its patch state is gone, its rows are not", noState("Patch"), { compliance: finding() }, false],
  ["its rows a day later", noState("Patch"), { compliance: finding({}, written(25)) }, true],
  // Available security updates count only if the baseline says so.
  [
    "available updates that do not count",
    node({ patch: source({ counts: counts({ ...MISSING, availableSecurityUpdate: 4 }) }) }),
    { compliance: finding() },
    false,
  ],
  [
    "available updates that count",
    node({ patch: source({ counts: counts({ availableSecurityUpdate: 4 }) }) }),
    { compliance: finding({ causes: { availableSecurityUpdate: 4 } }) },
    false,
  ],
  [
    "more available updates that count",
    node({ patch: source({ counts: counts({ availableSecurityUpdate: 5 }) }) }),
    { compliance: finding({ causes: { availableSecurityUpdate: 4 } }) },
    true,
  ],
  // Findings of other sources
  ["an association that is still noncompliant", noState("Association"), { compliance: finding(association) }, false],
  ["the same, a day later", noState("Association"), { compliance: finding(association, written(25)) }, true],
  ["an association that became compliant", noState(), { compliance: finding(association) }, true],
  [
    "an association beside a compliant state",
    node({ patch: compliant, noncompliant: new Set(["Association"]) }),
    { compliance: finding(association) },
    false,
  ],
  [
    "a state beside a noncompliant association",
    node({ noncompliant: new Set(["Patch", "Association"]) }),
    { compliance: finding() },
    false,
  ],
  [
    "the same, a day later",
    node({ noncompliant: new Set(["Patch", "Association"]) }),
    { compliance: finding({}, written(25)) },
    true,
  ],
  [
    "a state that an association's run announced, a day later",
    node(),
    { compliance: finding({ document: "AWS-RunPatchBaselineAssociation" }, written(25)) },
    true,
  ],
  ["inventory", noState(), { compliance: finding({ source: "Inventory" }) }, false],
  ["inventory, a day later", noState(), { compliance: finding({ source: "Inventory" }, written(25)) }, true],
  [
    "inventory, and now a patch state",
    node({ patch: compliant }),
    { compliance: finding({ source: "Inventory" }) },
    true,
  ],
  ["an unknown source", node(), { compliance: finding({ source: undefined }) }, true],
  // Refresh, age, absence and rules
  ["a newer run after 7 days", node(), { compliance: finding({}, { ...older({}), updatedAt: days(-7) }) }, true],
  ["no newer run after 29 days", node(), { compliance: finding({}, { ...written(24), updatedAt: days(-29) }) }, false],
  ["no newer run after 30 days", node(), { compliance: finding({}, { ...written(24), updatedAt: days(-30) }) }, true],
  ["open for 30 days, without a deadline", node(), { compliance: finding({}, { openSince: days(-30) }) }, false],
  ["due", node(), { compliance: finding({}, { dueDate: READ_AT, due: "soon" }) }, true],
  ["due, and marked so", node(), { compliance: finding({}, { dueDate: READ_AT, due: "overdue" }) }, false],
  ["listed again after an absence", node(), { compliance: finding({}, { absentSince: minutes(-720) }) }, true],
  ["other severity rules", node(), { compliance: finding({ rules: "x" }) }, true],
  ["a finding without a hash of the rules", node(), { compliance: finding({ rules: undefined }) }, true],
  ["an update time that cannot be read", node(), { compliance: finding({}, older({ updatedAt: "x" })) }, true],
  // Blind spots
  [
    "an old state, not yet silent",
    node({ patch: source({ startedAt: days(-29), endedAt: days(-29) }), noncompliant: new Set() }),
    {},
    false,
  ],
  [
    "a silent node",
    node({ patch: source({ startedAt: days(-30), endedAt: days(-30) }), noncompliant: new Set() }),
    {},
    true,
  ],
  ["never scanned", noState(), {}, true],
  ["never scanned, but new", { ...noState(), registeredAt: days(-29) }, {}, false],
  ["never scanned for 30 days", { ...noState(), registeredAt: days(-30) }, {}, true],
  ["a blind spot that is still silent", noState(), { blindSpot: blindSpot({ blindSpot: "noData" }) }, false],
  ["the same, a day later", noState(), { blindSpot: blindSpot({ ...written(25), blindSpot: "noData" }) }, true],
  ["a blind spot that tells less than the state", noState(), { blindSpot: blindSpot() }, true],
  [
    "a blind spot that reported again",
    node({ patch: compliant, noncompliant: new Set() }),
    { blindSpot: blindSpot({ operationEnd: days(-40) }) },
    true,
  ],
  [
    "a blind spot beside an old noncompliant state",
    node({ patch: source({ counts: counts(MISSING), startedAt: days(-40), endedAt: days(-40) }) }),
    { compliance: finding({}, { operationEnd: days(-40) }), blindSpot: blindSpot({ operationEnd: days(-40) }) },
    false,
  ],
  [
    "a noncompliant state that becomes silent",
    node({ patch: source({ counts: counts(MISSING), startedAt: days(-40), endedAt: days(-40) }) }),
    { compliance: finding({}, { operationEnd: days(-40) }) },
    true,
  ],
  // Contradictions
  [
    "an end before the start",
    node({ patch: source({ startedAt: minutes(-30), endedAt: minutes(-60) }), noncompliant: new Set() }),
    {},
    true,
  ],
];

describe("comparing a node with its findings", () => {
  for (const [what, swept, findings, differs, comparison] of ROWS) {
    it(`${differs ? "sends" : "leaves"}: ${what}`, () => {
      const difference = compareNode(swept, findings, { ...COMPARISON, ...comparison });
      expect(difference !== undefined, difference?.reason).to.equal(differs);
    });
  }

  it("opens no blind spot of a node with associations but in the first sweep of a week", () => {
    const on = (startedAt: string) => compareNode(noState(), {}, { ...COMPARISON, startedAt });
    expect(on("2026-11-20T12:00:00Z")).to.include({ unlessAssociations: true });
    // A Sunday
    expect(on("2026-11-22T11:00:00Z")).to.not.have.property("unlessAssociations");
    expect(on("2026-11-22T13:00:00Z")).to.include({ unlessAssociations: true });
  });
});
