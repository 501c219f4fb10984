import { stringify } from "csv-stringify/sync";
import { CAUSES, type FindingView } from "../../presentation/findings/finding-view.ts";
import { openSince, whatIsWrong } from "../../presentation/findings/summary.ts";

/** One line for each finding. What a spreadsheet would run as a formula gets an apostrophe before it. */
export function findingsCsv(views: readonly FindingView[]): string {
  return stringify(views.map(record), { header: true, columns: Object.keys(record(NONE)), escape_formulas: true });
}

function record(view: FindingView): Record<string, string | number> {
  const countOf = (cause: string) => view.causes.find((one) => one.cause === cause)?.count ?? 0;
  return {
    severity: view.severity,
    nodeId: view.nodeId,
    computerName: view.computerName ?? "",
    platform: view.platform ?? "",
    platformVersion: view.platformVersion ?? "",
    patchGroup: view.patchGroup ?? "",
    kind: view.kind,
    whatIsWrong: whatIsWrong(view),
    ...Object.fromEntries(CAUSES.map(({ cause }) => [cause, countOf(cause)])),
    severityReason: view.severityReason ?? "",
    severityDecidedBy: view.severityDecidedBy ?? "",
    worstPatches: view.worstPatchesText ?? "",
    vulnerabilities: view.vulnerabilities.map(({ id }) => id).join(" "),
    remediation: view.remediation?.text ?? "",
    workflowStatus: view.workflowStatus,
    recordState: view.recordState,
    complianceStatus: view.complianceStatus ?? "",
    openSince: openSince(view),
    overdue: String(view.overdue),
    updatedAt: view.updatedAt,
    note: view.note?.text ?? "",
    account: view.account,
    region: view.region,
    id: view.id,
  };
}

/** For the names of the columns, also where there is no finding. */
const NONE: FindingView = {
  ...{ id: "", productName: "", companyName: "", account: "", region: "", nodeId: "", resourceId: "" },
  ...{ resourceType: "", severity: "INFORMATIONAL", workflowStatus: "", recordState: "", kind: "other", title: "" },
  ...{
    description: "",
    causes: [],
    worstPatches: [],
    vulnerabilities: [],
    createdAt: "",
    updatedAt: "",
    overdue: false,
  },
};
