import { expect } from "chai";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import { FIXED, minutes, NODE, nodeId, reference } from "../../fixtures/node-fixtures.ts";
import { execution } from "../../fixtures/node-pipeline.ts";
import { associationItem, patchItem, state, type World } from "../../doubles/patch-data.ts";
import { LAST_ATTEMPT } from "../../fixtures/verdict-table.ts";

const ROWS_ONLY = nodeId(1);
const ASSOCIATIONS_ONLY = nodeId(2);
const INVENTORY_ONLY = nodeId(3);
const NODES = [NODE, ROWS_ONLY, ASSOCIATIONS_ONLY, INVENTORY_ONLY].map((id) =>
  reference({ nodeId: id, attempts: LAST_ATTEMPT }),
);
const CVES = Array.from({ length: 30 }, (_, index) => `CVE-${2015 + (index % 10)}-${1_000 + index * 997}`);

function rowsOf(ResourceId: string, cves: readonly string[]) {
  return Array.from({ length: 12 }, (_, index) =>
    patchItem({
      ResourceId,
      Id: `package-${index % 9}`,
      Title: `package-${index}`,
      Severity: index % 2 === 0 ? "HIGH" : "UNSPECIFIED",
      ExecutionSummary: {
        ExecutionTime: new Date(minutes(-61)),
        ExecutionType: index % 2 === 0 ? "Command" : "PatchPolicy",
      },
      Details: {
        PatchState: index % 3 === 0 ? "Failed" : "Missing",
        PatchSeverity: index % 2 === 0 ? "critical" : "Critical",
        PatchGroup: `group-${index % 2}`,
        PatchBaselineId: `pb-${index % 2}`,
        CVEIds: cves.filter((cve) => index % 4 === 0 || CVES.indexOf(cve) >= index).join(","),
      },
    }),
  );
}

function associationsOf(ResourceId: string) {
  const counts = { MissingCount: "2", OperationEndTime: minutes(-60) };
  return ["a", "b", "c", "d"].flatMap((id) => [
    associationItem(id, { ...counts, NonCompliantSeverity: "HIGH" }, { ResourceId }),
    associationItem(`broken-${id}`, "{", { ResourceId }),
  ]);
}

const ENTRIES = Array.from({ length: 12 }, (_, index) => ({
  KBId: `KB${index % 7}`,
  Title: `Update ${index}`,
  State: "Missing",
  Severity: index % 2 === 0 ? "critical" : "Critical",
  Classification: "Security",
}));
const SUMMARIES = ["1", "2"].map((MissingCount) => ({ MissingCount, OperationEndTime: minutes(-60) }));

/** The items in an order that depends on nothing but the number: a failure then shows a number, not a whole fleet. */
function shuffled<Item>(items: readonly Item[], order: number): Item[] {
  const rank = (index: number) => createHash("sha256").update(`${order}/${items.length}/${index}`).digest("hex");
  return items
    .map((item, index) => ({ item, key: rank(index) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

/** The same facts in one of the orders in which Systems Manager may list them. */
function inOrder(order: number): [World, NodeReference[]] {
  const cves = shuffled(CVES, order);
  const items = [
    ...[NODE, ROWS_ONLY].flatMap((id) => rowsOf(id, cves)),
    ...[NODE, ASSOCIATIONS_ONLY].flatMap(associationsOf),
  ];
  const inventory = {
    "AWS:PatchSummary": shuffled(SUMMARIES, order),
    "AWS:PatchCompliance": shuffled(ENTRIES, order),
  };
  const states = shuffled([state({ MissingCount: 8, FailedCount: 4 }), state({ InstanceId: nodeId(9) })], order);
  const given = { items: shuffled(items, order), states, inventory, backwards: order % 2 === 1 };
  return [given, shuffled(NODES, order)];
}

describe("the order of lists", () => {
  it("never changes a finding, and causes no update", async () => {
    let first: Map<string, unknown> | undefined;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (one, other) => {
        const opened = (await execution(...inOrder(one))).changes;
        const findings = opened.flatMap(({ finding }) => finding ?? []);
        const byNode = new Map(opened.map(({ nodeId: id, finding }) => [id, finding]));
        first ??= byNode;
        expect([...byNode.values()])
          .to.have.length(NODES.length)
          .and.to.not.include(undefined);
        for (const [id, finding] of byNode) expect(finding).to.deep.equal(first.get(id));
        const again = (await execution(...inOrder(other), findings)).changes;
        expect(again.map(({ action, reason }) => `${action}: ${reason}`)).to.deep.equal(
          NODES.map(() => "unchanged: noncompliant as before"),
        );
      }),
      { ...FIXED, numRuns: 15 },
    );
  });

  it("lists the newest CVEs first, and keeps them", async () => {
    const cves = ["CVE-2019-0001", "CVE-2024-10000", "CVE-2024-9999", "CVE-2024-09999", "CVE-2023-50000"];
    const old = Array.from({ length: 12 }, (_, index) => `CVE-2001-${1_000 + index}`);
    const given = {
      states: [state({ MissingCount: 1 })],
      items: [patchItem({ Details: { PatchState: "Missing", CVEIds: [...old, ...cves].join() } })],
    };
    const { changes } = await execution(given);
    const listed = changes[0]?.finding?.["Vulnerabilities"] as { Id: string }[];
    expect(listed.map(({ Id }) => Id)).to.deep.equal([
      ...["CVE-2024-10000", "CVE-2024-09999", "CVE-2024-9999", "CVE-2023-50000", "CVE-2019-0001"],
      ...old.toReversed().slice(0, 7),
    ]);
  });
});
