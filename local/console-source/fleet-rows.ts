/**
 * The managed nodes and their compliance: from the findings of the program, or from the patch data if it has not
 * evaluated the node.
 */
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { causesInWords } from "../../presentation/findings/summary.ts";
import { isHostManagement } from "../fleet/default-events.ts";
import type { ComplianceItem, Fleet, InstanceInformation, PatchState } from "../fleet/fleet.ts";
import { noncompliantIn, readCounts } from "../services/systems-manager/patch-counts.ts";
import { parseTime } from "../fleet/wire-time.ts";
import type { FindingRow, NodeRow } from "../../console/api.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import type { ComplianceState } from "../../presentation/fleet/node-query.ts";

interface NodeFacts {
  readonly node: InstanceInformation;
  readonly state: PatchState | undefined;
  readonly items: readonly ComplianceItem[];
  readonly summary: Readonly<Record<string, string>> | undefined;
  readonly finding: FindingRow | undefined;
  readonly evaluated: boolean;
}

/** Provides one row per managed node. A row is made again only if something about its node changed. */
export class NodeRows {
  readonly #known = new Map<string, { readonly facts: NodeFacts; readonly row: NodeRow }>();
  readonly #itemsOf = new WeakMap<object, ReturnType<typeof itemsByNode>>();
  #last: { readonly key: readonly unknown[]; readonly rows: readonly NodeRow[] } = { key: [], rows: [] };

  /**
   * Returns all rows: the same array until something changes.
   * @param findings all findings in Security Hub. Only this program's open ones count
   * @param evaluated nodes that the program has evaluated. Without an open finding they are compliant. It only grows
   */
  of(fleet: Fleet, findings: readonly FindingRow[], evaluated: ReadonlySet<string>): readonly NodeRow[] {
    const key = [fleet, findings, evaluated.size];
    if (key.every((part, index) => part === this.#last.key[index])) return this.#last.rows;
    const states = new Map(fleet.patchStates.map((state) => [state.InstanceId, state]));
    const items = this.#items(fleet.complianceItems);
    const open = openFindings(findings);
    const rows = fleet.nodes.map((node) =>
      this.#row({
        node,
        state: states.get(node.InstanceId),
        items: items.get(node.InstanceId) ?? NO_ITEMS,
        summary: fleet.inventory.get(node.InstanceId)?.get("AWS:PatchSummary")?.Entries[0],
        finding: open.get(node.InstanceId),
        evaluated: evaluated.has(node.InstanceId),
      }),
    );
    this.#last = { key, rows };
    return rows;
  }

  /** The items stay the same while findings change. */
  #items(all: readonly ComplianceItem[]): ReturnType<typeof itemsByNode> {
    const items = this.#itemsOf.get(all) ?? itemsByNode(all);
    this.#itemsOf.set(all, items);
    return items;
  }

  #row(facts: NodeFacts): NodeRow {
    const known = this.#known.get(facts.node.InstanceId);
    if (known !== undefined && isSame(known.facts, facts)) return known.row;
    const row = rowOf(facts);
    this.#known.set(facts.node.InstanceId, { facts, row });
    return row;
  }
}

const NO_ITEMS: readonly ComplianceItem[] = [];

function itemsByNode(all: readonly ComplianceItem[]): Map<string, ComplianceItem[]> {
  return Map.groupBy(all.filter(isAboutPatches), ({ ResourceId }) => ResourceId);
}

/** Tells whether a row of these facts would be the same. All of them are replaced when they change. */
function isSame(a: NodeFacts, b: NodeFacts): boolean {
  return (
    a.node === b.node &&
    a.state === b.state &&
    a.summary === b.summary &&
    a.finding === b.finding &&
    a.evaluated === b.evaluated &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => item === b.items[index])
  );
}

/**
 * Returns the open finding of each node. A compliance finding takes precedence over a blind spot, because it names the
 * problem.
 */
function openFindings(findings: readonly FindingRow[]): Map<string, FindingRow> {
  const open = findings.filter(({ view }) => view.kind !== "other" && view.recordState !== "ARCHIVED");
  const byKind = (kind: FindingView["kind"]) => open.filter(({ view }) => view.kind === kind);
  return new Map([...byKind("blindSpot"), ...byKind("compliance")].map((row) => [row.view.nodeId, row]));
}

function rowOf(facts: NodeFacts): NodeRow {
  const { node, state, finding } = facts;
  const name = node.ComputerName ?? node.Name;
  const compliance = complianceOf(facts);
  const cause = finding && causeOf(finding.view);
  const end = operationEnd(facts);
  const operation = state?.Operation ?? facts.summary?.["OperationType"];
  const patchGroup = state?.PatchGroup ?? facts.summary?.["PatchGroup"];
  return {
    nodeId: node.InstanceId,
    ...(name !== undefined && name !== "" && { name }),
    ...present({ platform: node.PlatformName ?? node.PlatformType, platformVersion: node.PlatformVersion }),
    hybrid: node.InstanceId.startsWith("mi-"),
    online: node.PingStatus === "Online",
    ...(patchGroup !== undefined && patchGroup !== "" && { patchGroup }),
    compliance,
    ...(finding !== undefined && { severity: finding.view.severity, finding: finding.key }),
    ...(cause !== undefined && cause !== "" && { cause }),
    ...(operation !== undefined && { operation }),
    ...(end !== undefined && { operationEnd: end.toISOString() }),
  };
}

function complianceOf({ finding, state, items, summary, evaluated }: NodeFacts): ComplianceState {
  if (finding?.view.kind === "compliance") return "noncompliant";
  if (finding !== undefined) return "unknown";
  if (state === undefined && items.length === 0 && summary === undefined) return "never scanned";
  if (evaluated) return "compliant";
  const isBad =
    items.some(({ Status }) => Status === "NON_COMPLIANT") ||
    noncompliantIn(readCounts(state ?? {})) > 0 ||
    (state === undefined && items.length === 0 && noncompliantIn(readCounts(summary ?? {})) > 0);
  return isBad ? "noncompliant" : "compliant";
}

function causeOf({ causes, kind, description }: FindingView): string {
  return kind === "blindSpot" ? description : causesInWords(causes);
}

function operationEnd({ state, items, summary }: NodeFacts): Date | undefined {
  const times = [
    state?.OperationEndTime,
    ...items.map(({ ExecutionSummary }) => ExecutionSummary?.ExecutionTime),
    parseTime(summary?.["OperationEndTime"]),
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : new Date(Math.max(...times.map((time) => time.getTime())));
}

function isAboutPatches(item: ComplianceItem): boolean {
  return item.ComplianceType === "Patch" || isHostManagement(item);
}
