/** A node that the sweep leaves alone is one that an execution would leave alone. */
import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import type { ComplianceItem } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { isClosed, type StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { sweepReader } from "../../functions/systems-manager/sweep-pages.ts";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import { associationItem, patchItem, state, world, type World } from "../doubles/patch-data.ts";
import { destinationOn } from "../doubles/partial-hub.ts";
import { FIXED, minutes, NODE, reference } from "../fixtures/node-fixtures.ts";
import { execution } from "../fixtures/node-pipeline.ts";

const HOURS = 60;
const DAY = 24 * HOURS;
/** With sweeps so rare, each one checks all nodes that are due daily or weekly. */
const SWEEP_HOURS = 24 * 7;

/** The patch data of a node after an operation. Times are minutes after the start of the story. */
interface Data {
  readonly patch?: {
    readonly missing: number;
    readonly failed: number;
    readonly available: number;
    readonly name: string;
  };
  readonly association?: { readonly missing: number };
  readonly inventory?: { readonly missing: number };
  /** An association that has nothing to do with patches. */
  readonly other?: "COMPLIANT" | "NON_COMPLIANT";
}
interface Step {
  /** Minutes since the step before. */
  readonly after: number;
  readonly data: Data;
  /** False if the event of the operation was lost. */
  readonly seen: boolean;
  readonly readAssociations: boolean;
}
type Times = Readonly<Record<"patch" | "association" | "inventory", number>>;

const few = fc.constantFrom(0, 0, 1, 2);
const data = fc.record(
  {
    patch: fc.record({ missing: few, failed: few, available: few, name: fc.constantFrom("a", "a", "a", "b") }),
    association: fc.record({ missing: few }),
    inventory: fc.record({ missing: few }),
    other: fc.constantFrom("COMPLIANT" as const, "NON_COMPLIANT" as const),
  },
  { requiredKeys: [] },
);
const steps = fc.array(
  fc.record({
    after: fc.oneof(...[4 * HOURS, 2 * DAY, 45 * DAY].map((max) => fc.integer({ min: 30, max }))),
    data,
    seen: fc.boolean(),
    readAssociations: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);
const waits = fc.oneof(...[4 * HOURS, DAY - 1, 35 * DAY].map((max) => fc.integer({ min: 20, max })));

const at = (minute: number): string => minutes(minute);
const numbered = (count: number, make: (index: number) => ComplianceItem): ComplianceItem[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Systems Manager's answers: a new operation replaces the data of its source only. */
function answers({ patch, association, inventory, other }: Data, times: Times): World {
  const rows = (count: number, PatchState: string, Classification: string) =>
    numbered(count, (index) => {
      const Details = { PatchState, PatchSeverity: "Important", Classification };
      const ExecutionSummary = { ExecutionTime: new Date(at(times.patch - 1)) };
      return patchItem({ ResourceId: NODE, Id: `${PatchState}-${patch?.name}-${index}`, Details, ExecutionSummary });
    });
  const detailed = (missing: number, end: number) => ({
    MissingCount: String(missing),
    OperationEndTime: at(end),
    OperationType: "Scan",
    ...(missing > 0 && { NonCompliantSeverity: "HIGH" }),
  });
  const status = (missing: number) =>
    ({ ResourceId: NODE, Status: missing > 0 ? "NON_COMPLIANT" : "COMPLIANT" }) as const;
  const states = patch && [
    state({
      MissingCount: patch.missing,
      FailedCount: patch.failed,
      AvailableSecurityUpdateCount: patch.available,
      OperationStartTime: new Date(at(times.patch - 1)),
      OperationEndTime: new Date(at(times.patch)),
    }),
  ];
  return {
    ...(states && { states }),
    items: [
      ...(patch
        ? [
            ...rows(patch.missing, "Missing", "Security"),
            ...rows(patch.failed, "Failed", "Security"),
            ...rows(patch.available, "AvailableSecurityUpdate", "Security"),
          ]
        : []),
      ...(association
        ? [associationItem("a", detailed(association.missing, times.association), status(association.missing))]
        : []),
      ...(other
        ? [associationItem("o", "{}", { ResourceId: NODE, Status: other }, "AWS-GatherSoftwareInventory")]
        : []),
    ],
    ...(inventory && {
      inventory: {
        "AWS:PatchSummary": [detailed(inventory.missing, times.inventory)],
        "AWS:PatchCompliance": numbered(inventory.missing, (index) => ({ Id: String(index) })).map(({ Id = "" }) => ({
          ...{ KBId: `i-${Id}`, Title: "t", State: "Missing", Severity: "Important", Classification: "Security" },
        })),
      },
    }),
  };
}

/** One execution for the node, in its last attempt. @returns its actions, and what Security Hub holds afterwards */
async function executed(given: World, parts: Partial<NodeReference>, stored: readonly StoredFinding[], readAt: string) {
  const { changes } = await execution(given, [reference({ attempts: 5, ...parts })], stored, readAt);
  const imported = changes.flatMap(({ finding }) => finding ?? []);
  const kept = stored.filter(({ Id }) => !imported.some((one) => one.Id === Id));
  return { changes, stored: [...kept, ...imported] };
}

/** What the sweep sends of the node. */
async function swept(given: World, stored: readonly StoredFinding[], startedAt: string) {
  const items = given.items ?? [];
  const typesOf = (wanted: string) =>
    new Set(items.flatMap(({ ComplianceType = "", Status }) => (Status === wanted ? [ComplianceType] : [])));
  const noncompliant = typesOf("NON_COMPLIANT");
  const hasCompliant = typesOf("COMPLIANT").has("Association") && !noncompliant.has("Association");
  const reader = sweepReader({
    managedNodes: () => Promise.resolve({ nodes: [{ nodeId: NODE }] }),
    data: world(given).data,
    summaries: {
      noncompliant: () => Promise.resolve(new Map([[NODE, noncompliant]])),
      compliantAssociations: () => Promise.resolve(new Set(hasCompliant ? [NODE] : [])),
    },
    destination: destinationOn({
      search: ({ RecordState }) =>
        Promise.resolve({
          findings: stored.filter((one) => one.RecordState === "ACTIVE" && isAskedFor(RecordState)) as never[],
        }),
    }),
    now: () => new Date(startedAt),
    settings: { blindSpotDays: 30, policies: DEFAULT_POLICIES, sweepHours: SWEEP_HOURS },
  });
  const { references } = await reader({ startedAt, stage: "nodes", pages: 0, attempts: 0 });
  return references;
}

const isAskedFor = (states: readonly { readonly Value?: string | undefined }[] = []): boolean =>
  states[0]?.Value === "ACTIVE";

/** What no list shows: which patches there are, and the data of associations and inventory. */
function hidden({ patch, association, inventory }: Data): string {
  return JSON.stringify([patch?.name, association?.missing, inventory]);
}

async function play(all: readonly Step[], wait: number) {
  let stored: readonly StoredFinding[] = [];
  let now = 0;
  let known = hidden({});
  let times: Times = { patch: 0, association: 0, inventory: 0 };
  let given: World = {};
  let last: Data = {};
  for (const { after, data: changed, seen, readAssociations } of all) {
    now += after;
    last = { ...last, ...changed };
    times = { ...times, ...Object.fromEntries(Object.keys(changed).map((source) => [source, now])) };
    given = answers(last, times);
    if (!seen) continue;
    // Twenty minutes later the data of an operation is complete.
    ({ stored } = await executed(given, readAssociations ? { readAssociations } : {}, stored, at(now + 20)));
    known = hidden(last);
  }
  return { stored, given, sweptAt: now + wait, isHidden: known !== hidden(last) };
}

describe("what the sweep leaves unchanged", function () {
  this.timeout(120_000);

  it("an execution would leave unchanged too, whatever happened before", async () => {
    let left = 0;
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(steps, waits, async (all, wait) => {
        const { stored, given, sweptAt, isHidden } = await play(all, wait);
        const startedAt = at(sweptAt);
        const [sentReference] = await swept(given, stored, startedAt);
        if (sentReference !== undefined) {
          sent += 1;
          return;
        }
        // A change that no list shows is found within a day after the last import.
        const isYoung = stored.some(
          (one) => !isClosed(one) && Date.parse(startedAt) - Date.parse(one.UpdatedAt ?? "") < DAY * 60_000,
        );
        if (isHidden && isYoung) return;
        left += 1;
        const { changes } = await executed(given, { sweep: startedAt }, stored, startedAt);
        expect(changes).to.not.be.empty;
        expect(
          changes.map(({ action, reason }) => `${action}: ${reason}`).filter((text) => !text.startsWith("unchanged")),
        ).to.deep.equal([]);
      }),
      { ...FIXED, numRuns: 1_500 },
    );
    expect(left, "nodes left").to.be.greaterThan(100);
    expect(sent, "nodes sent").to.be.greaterThan(100);
  });
});
