/** The open findings of a run in a few lines. */
import { colored, wrapped, type Screen } from "../../command-line/screen.ts";
import { counted } from "../../contract/counted.ts";
import { countByDue } from "../../presentation/findings/due.ts";
import { findingView, SEVERITIES, type FindingView } from "../../presentation/findings/finding-view.ts";
import { bySeverity, isOpen, whatIsWrong, worstFirst } from "../../presentation/findings/summary.ts";

/** How many findings are named. The console and the report file have all. */
const NAMED = 5;
const LABEL_WIDTH = Math.max(...SEVERITIES.map((severity) => severity.length)) + 2;

/**
 * Returns the number of open findings by severity and due date, and the worst of them, in lines that fit the screen.
 *
 * @param findings in the AWS Security Finding Format
 * @param ownerTag the key of the tag that names the owner of a node
 */
export function worstFindings(findings: readonly object[], screen: Screen, ownerTag?: string): string[] {
  const views = findings.flatMap((finding) => findingView(finding, ownerTag) ?? []);
  const open = views.filter(isOpen);
  const set = views.filter((view) => view.kind !== "other" && view.recordState !== "ARCHIVED" && !isOpen(view)).length;
  const others = set === 0 ? [] : [`${counted(set, "finding")} suppressed or resolved`];
  if (open.length === 0) return ["No open findings.", ...others];
  const worst = worstFirst(open).slice(0, NAMED);
  const more = open.length - worst.length;
  return [
    ...wrapped(`${counted(open.length, "open finding")}: ${severities(open)}`, screen),
    ...dueLine(open),
    ...others,
    "",
    ...worst.flatMap((view) => linesOf(view, screen)),
    ...(more > 0 ? [`${" ".repeat(LABEL_WIDTH)}and ${counted(more, "more finding")}`] : []),
    "",
  ];
}

function severities(open: readonly FindingView[]): string {
  return bySeverity(open)
    .filter(({ findings }) => findings > 0)
    .map(({ severity, findings }) => `${findings} ${severity}`)
    .join(", ");
}

function dueLine(open: readonly FindingView[]): string[] {
  const { overdue, soon } = countByDue(open);
  const parts = [...(overdue > 0 ? [`${overdue} overdue`] : []), ...(soon > 0 ? [`${soon} due soon`] : [])];
  return parts.length === 0 ? [] : [parts.join(", ")];
}

function dueFact({ due, dueDate }: FindingView): string[] {
  const day = dueDate?.slice(0, 10);
  if (due === "overdue") return [day === undefined ? "overdue" : `overdue since ${day}`];
  return day === undefined ? [] : [`due ${day}${due === "soon" ? ", soon" : ""}`];
}

function linesOf(view: FindingView, screen: Screen): string[] {
  const { severity, nodeId, computerName, severityDecidedBy, owner } = view;
  const facts = [
    whatIsWrong(view) + (severityDecidedBy === undefined ? "" : `, the worst is ${severityDecidedBy}`),
    ...dueFact(view),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
  ];
  const name = computerName === undefined ? nodeId : `${computerName} (${nodeId})`;
  const [first = "", ...rest] = [
    ...wrapped(name, screen, LABEL_WIDTH),
    ...wrapped(facts.join("; "), screen, LABEL_WIDTH),
  ];
  const label = colored(severity, screen) + " ".repeat(LABEL_WIDTH - severity.length);
  return [label + first, ...rest.map((line) => " ".repeat(LABEL_WIDTH) + line)];
}
