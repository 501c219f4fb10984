import type { ComplianceRow } from "../../presentation/patches/patch-table.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import type { ComplianceItem } from "../fleet/fleet.ts";
import { parseTime } from "../fleet/wire-time.ts";

/** Returns the patches among the compliance items of a node. */
export function patchRowsOf(items: readonly ComplianceItem[]): ComplianceRow[] {
  return items.filter(({ ComplianceType }) => ComplianceType === "Patch").map(rowOf);
}

function rowOf({ Id = "", Title, Status, Severity, Details = {} }: ComplianceItem): ComplianceRow {
  const installed = parseTime(Details["InstalledTime"]);
  return present({
    id: Id,
    title: Title,
    state: Details["PatchState"] ?? "",
    status: Status,
    level: Severity,
    vendorSeverity: Details["PatchSeverity"],
    cves: (Details["CVEIds"] ?? "").split(/[\s,]+/).filter((cve) => cve !== ""),
    // The epoch stands for "never".
    installedTime: installed === undefined || installed.getTime() <= 0 ? undefined : installed.toISOString(),
  });
}
