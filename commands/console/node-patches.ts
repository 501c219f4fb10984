/** Reads the noncompliant patches of single nodes from Systems Manager, for the page of a finding. */
import type { ComplianceItem } from "@aws-sdk/client-ssm";
import type { PatchData } from "../../functions/systems-manager/systems-manager.ts";
import { present, textAt } from "../../presentation/findings/finding-fields.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import type { ComplianceRow } from "../../presentation/patches/patch-table.ts";
import { readProblem } from "./read-problem.ts";

/** How long a node's patches are shown without another read. They change when the node is scanned, hours apart. */
const KEPT_MS = 5 * 60_000;
/** Nodes whose patches are kept. */
const MOST_NODES = 500;

interface Kept {
  readonly at: number;
  readonly rows: Promise<readonly ComplianceRow[]>;
}

/**
 * Returns a reader of the patches that a finding is about. Only the account and Region of the credentials can be read, so
 * findings of others have none.
 *
 * @param now returns milliseconds
 * @example const rows = await nodePatches(systemsManager(client), { account, region })(view);
 */
export function nodePatches(
  ssm: Pick<PatchData, "complianceItems">,
  here: { readonly account: string; readonly region: string },
  now: () => number = () => performance.now(),
): (view: FindingView) => Promise<readonly ComplianceRow[] | undefined> {
  const kept = new Map<string, Kept>();
  const rowsOf = (nodeId: string): Promise<readonly ComplianceRow[]> => {
    const known = kept.get(nodeId);
    if (known !== undefined && now() - known.at < KEPT_MS) return known.rows;
    const rows = readRows(ssm, nodeId);
    // A failed read is not kept: the next look at the finding tries again.
    rows.catch(() => kept.delete(nodeId));
    kept.delete(nodeId);
    kept.set(nodeId, { at: now(), rows });
    if (kept.size > MOST_NODES) kept.delete(kept.keys().next().value ?? "");
    return rows;
  };
  return async ({ kind, account, region, nodeId, recordState }) => {
    if (kind !== "compliance" || account !== here.account || region !== here.region) return undefined;
    const rows = await rowsOf(nodeId);
    // An open finding without rows comes from an association or the inventory, which have no patches here.
    return rows.length === 0 && recordState === "ACTIVE" ? undefined : rows;
  };
}

async function readRows(ssm: Pick<PatchData, "complianceItems">, nodeId: string): Promise<readonly ComplianceRow[]> {
  try {
    const items = await ssm.complianceItems(nodeId, { complianceType: "Patch", status: "NON_COMPLIANT" });
    // Whether both filters apply is not documented.
    return items
      .filter(({ ComplianceType, Status }) => ComplianceType === "Patch" && Status === "NON_COMPLIANT")
      .map(rowOf);
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidResourceId") return [];
    throw new Error(readProblem(error), { cause: error });
  }
}

function rowOf(item: ComplianceItem): ComplianceRow {
  const detail = (key: string) => textAt(item, "Details", key);
  return present({
    id: textAt(item, "Id") ?? "",
    title: textAt(item, "Title"),
    state: detail("PatchState") ?? "",
    level: textAt(item, "Severity"),
    vendorSeverity: detail("PatchSeverity"),
    cves: (detail("CVEIds") ?? "").split(/[\s,]+/).filter((cve) => cve !== ""),
    installedTime: detail("InstalledTime"),
  });
}
