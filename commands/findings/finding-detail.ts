import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { dueInWords } from "../../presentation/findings/due.ts";
import { unnamedPatches } from "../../presentation/findings/patch-names.ts";
import { whatHappened } from "../../presentation/findings/remedy-view.ts";
import { lastDay } from "../../presentation/times/times.ts";
import { openSince, system, whatIsWrong } from "../../presentation/findings/summary.ts";
import { colored, type Screen } from "../../command-line/screen.ts";

const LABEL_WIDTH = 20;

/**
 * Returns all facts of one finding as lines of text.
 *
 * @example console.log(detailText(view, { color: false }));
 */
export function detailText(view: FindingView, screen: Screen): string {
  const facts: [label: string, texts: readonly (string | undefined)[]][] = [
    ["Name", [view.computerName]],
    ["Platform", [system(view)]],
    ["Patch group", [view.patchGroup]],
    ["Owner", [view.owner]],
    ["Resource", [`${view.resourceType} ${view.resourceId}`]],
    ["What is wrong", [whatIsWrong(view), view.description]],
    ["Why this severity", [reason(view)]],
    ["Worst patches", [...view.worstPatches, unnamedPatches(view.worstPatchesText)]],
    ["CVEs", [view.vulnerabilitiesText, ...view.vulnerabilities.map(({ id, url = "" }) => `${id} ${url}`.trim())]],
    ["What happened", whatHappened(view)],
    ["What to do", [view.remediation?.text, view.remediation?.url]],
    ["Command", [view.remediation?.command]],
    ["Patch operation", operation(view)],
    ["Notes on the data", [view.readingNotes]],
    ["Proof", [view.proof]],
    ["Workflow", [`${view.workflowStatus}, ${view.recordState}, compliance ${view.complianceStatus ?? "unknown"}`]],
    ["Open since", [openSince(view)]],
    ["Due", [dueInWords(view), view.dueReason, view.overdueSince && `overdue since ${view.overdueSince}`]],
    ["Missing since", view.patchesSince.map(({ patch, since }) => `${since} ${patch}`)],
    ["Accepted", accepted(view)],
    ["First observed", [view.firstObservedAt]],
    ["Created, updated", [`${view.createdAt}, ${view.updatedAt}`]],
    ["Note", note(view)],
    ["Product", [`${view.productName} (${view.companyName}), account ${view.account}, ${view.region}`]],
    ["Finding", [view.id]],
    ["Patch page", [view.sourceUrl]],
  ];
  return [
    `${colored(view.severity, screen)} ${view.nodeId}: ${view.title}`,
    ...facts.flatMap(([label, texts]) => lines(label, texts)),
  ].join("\n");
}

/** Returns one line per text. Only the first line has the label. */
function lines(label: string, texts: readonly (string | undefined)[]): string[] {
  return texts
    .filter((text) => text !== undefined && text !== "")
    .map((text, index) => `  ${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${text ?? ""}`);
}

function accepted({ accepted: share, acceptedUntil, acceptedPatches }: FindingView): (string | undefined)[] {
  if (share === undefined) return [];
  const until = acceptedUntil === undefined ? "" : `, the first exception ends ${lastDay(acceptedUntil)}`;
  return [`${share} of the patches${until}`, acceptedPatches];
}

function reason({ severityReason, severityDecidedBy }: FindingView): string | undefined {
  return severityDecidedBy === undefined ? severityReason : `${severityReason ?? ""} (decided by ${severityDecidedBy})`;
}

function operation({ operation: run }: FindingView): (string | undefined)[] {
  if (run === undefined) return [];
  const counts = [
    [run.installed, "installed"],
    [run.installedOther, "installed other"],
    // Security Hub's MissingCount includes the failed ones.
    [run.missing === undefined ? undefined : run.missing - (run.failed ?? 0), "missing"],
    [run.failed, "failed"],
    [run.pendingReboot, "pending reboot"],
    [run.rejected, "rejected"],
  ].flatMap(([count, name]) => (count === undefined ? [] : [`${count} ${name ?? ""}`]));
  return [
    [run.document, run.operation, run.rebootOption, run.executionType].filter((word) => word !== undefined).join(", "),
    run.runId && `run ${run.runId}`,
    run.baselineId && `patch baseline ${run.baselineId}`,
    counts.join(", "),
    run.startedAt && `started ${run.startedAt}`,
    run.endedAt && `ended ${run.endedAt}`,
  ];
}

function note({ note: written }: FindingView): (string | undefined)[] {
  if (written === undefined) return [];
  return [written.text, [written.by && `by ${written.by}`, written.at].filter((word) => word !== undefined).join(", ")];
}
