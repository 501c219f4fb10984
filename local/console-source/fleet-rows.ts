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
import type { ComplianceState, FindingRow, NodeRow } from "../../console/api.ts";

interface NodeFacts {
  readonly node: InstanceInformation;
  readonly state: PatchState | undefined;
  readonly items: readonly ComplianceItem[];
  readonly summary: Readonly<Record<string, string>> | undefined;
  readonly finding: FindingRow | undefined;
  readonly evaluated: boolean;
}

/**
 * Returns one row per managed node.
 * @param findings all findings in Security Hub. Only this program's open ones count
 * @param evaluated nodes that the program has evaluated. Without an open finding they are compliant
 */
export function nodeRows(fleet: Fleet, findings: readonly FindingRow[], evaluated: ReadonlySet<string>): NodeRow[] {
  const states = new Map(fleet.patchStates.map((state) => [state.InstanceId, state]));
  const items = Map.groupBy(fleet.complianceItems.filter(isAboutPatches), ({ ResourceId }) => ResourceId);
  const open = openFindings(findings);
  return fleet.nodes.map((node) =>
    rowOf({
      node,
      state: states.get(node.InstanceId),
      items: items.get(node.InstanceId) ?? [],
      summary: fleet.inventory.get(node.InstanceId)?.get("AWS:PatchSummary")?.Entries[0],
      finding: open.get(node.InstanceId),
      evaluated: evaluated.has(node.InstanceId),
    }),
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
  return {
    nodeId: node.InstanceId,
    ...(name !== undefined && name !== "" && { name }),
    platform: [node.PlatformName ?? node.PlatformType ?? "unknown", node.PlatformVersion ?? ""].join(" ").trim(),
    hybrid: node.InstanceId.startsWith("mi-"),
    online: node.PingStatus === "Online",
    ...(state?.PatchGroup !== undefined && state.PatchGroup !== "" && { patchGroup: state.PatchGroup }),
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
