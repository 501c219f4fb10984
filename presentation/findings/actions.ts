/** Groups open findings by what to do about them. A finding with several causes needs several actions. */
import { CAUSES, UNKNOWN_CAUSE, type CauseRow } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { SEVERITIES, type FindingView, type Severity } from "./finding-view.ts";
import { worstSeverity } from "./groups.ts";
import { patchKey } from "./patch-names.ts";
import { compareTexts, worstFirst } from "./summary.ts";
import { shortened } from "./text.ts";

/** Something to do, and the findings that need it. */
export interface Action {
  /** Before the number of nodes: "Reboot", "Install KB5068781 on". */
  readonly words: string;
  readonly how: string;
  /** Worst first. */
  readonly views: readonly FindingView[];
  /** Absent: other patches decide the severity of the findings. */
  readonly worst?: Severity;
  readonly overdue: number;
}

/** Patches in these states are not on the node. Every patch of such a finding must be installed. */
const NOT_INSTALLED: ReadonlySet<string> = new Set(
  CAUSES.flatMap(({ cause, label }) => (cause === "missing" || cause === "failed" ? [label] : [])),
);
const MISSING = CAUSES[0];
const MAX_NAME_LENGTH = 80;

/**
 * Returns what to do about open findings, worst first: by severity, then by overdue nodes, then by nodes.
 *
 * @example actionInWords(actionsOf(open)[0]); // "Install KB5068781 on 12 nodes (worst CRITICAL, 3 overdue)"
 */
export function actionsOf(open: readonly FindingView[]): Action[] {
  const needed = worstFirst(open).flatMap((view) => needs(view).map((need) => ({ view, need })));
  return [...Map.groupBy(needed, ({ need }) => need.words).values()]
    .map((some) => actionOf(some))
    .toSorted((a, b) => compareActions(a, b));
}

/**
 * Returns an action in words, with the number of nodes, the worst severity and the number of overdue nodes.
 *
 * @example actionInWords(action); // "Reboot 1 node (worst HIGH)"
 */
export function actionInWords({ words, views, worst, overdue }: Action): string {
  const facts = [worst && `worst ${worst}`, overdue > 0 && `${overdue} overdue`].filter(Boolean);
  return `${words} ${counted(nodesOf(views), "node")}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

/**
 * Returns the number of different nodes of findings. A node can have two findings.
 *
 * @example nodesOf(action.views); // 12
 */
export function nodesOf(views: readonly FindingView[]): number {
  return new Set(views.map(({ resourceId, id }) => resourceId || id)).size;
}

/** One reason why a finding is in an action. */
interface Need {
  readonly words: string;
  readonly how: string;
  /** False for a patch that does not decide the severity of its finding. */
  readonly decides: boolean;
}

function needs(view: FindingView): Need[] {
  if (view.kind === "blindSpot") return [{ ...UNKNOWN_STATUS, decides: true }];
  const rows: readonly CauseRow[] = CAUSES.filter(({ label }) => view.causes.some(({ cause }) => cause === label));
  if (rows.length === 0) return [{ words: "Check the patches of", how: UNKNOWN_CAUSE.remedy, decides: true }];
  return rows.flatMap((row) =>
    row.label === MISSING.label ? installs(view) : [{ words: wordsOf(row), how: row.remedy, decides: true }],
  );
}

const SEVERAL_CAUSES = {
  words: "Install missing patches, and fix other causes, on",
  how: "The findings do not say which of their patches are missing. The patch page of each node does.",
};
const NO_NAMES = {
  words: wordsOf(MISSING),
  how: "The findings name no patches. The patch page of each node does.",
};
const UNKNOWN_STATUS = {
  words: "Find out why the patch status is unknown on",
  how: "Check that SSM Agent runs, that a patch baseline exists, and that the last patch run ended well. Then run a Scan.",
};

function wordsOf({ action, remedy }: CauseRow): string {
  return action ?? `${remedy.replace(/\.$/, "")}:`;
}

/** A finding does not say which state each patch has. So its patches count only if none of them is installed. */
function installs({ causes, worstPatches, severityDecidedBy }: FindingView): Need[] {
  if (worstPatches.length === 0) return [{ ...NO_NAMES, decides: true }];
  if (causes.some(({ cause }) => !NOT_INSTALLED.has(cause))) return [{ ...SEVERAL_CAUSES, decides: true }];
  const decider = severityDecidedBy ?? patchKey(worstPatches[0] ?? "");
  return [...new Map(worstPatches.map((name) => [patchKey(name), name]))].map(([key, name]) => ({
    words: `Install ${shortened(key, MAX_NAME_LENGTH)} on`,
    // Packages have different versions on different nodes. A KB has one title.
    how: name.startsWith(`${key} (`) ? name.slice(key.length + 2, -1) : "",
    decides: key === decider,
  }));
}

function actionOf(some: readonly { readonly view: FindingView; readonly need: Need }[]): Action {
  const worst = worstSeverity(some.flatMap(({ view, need }) => (need.decides ? [view] : [])));
  const [{ need } = { need: { words: "", how: "" } }] = some;
  const views = some.map(({ view }) => view);
  return {
    ...{ words: need.words, how: need.how, views },
    ...(worst !== undefined && { worst }),
    overdue: nodesOf(views.filter(({ overdue }) => overdue)),
  };
}

function compareActions(a: Action, b: Action): number {
  const rank = ({ worst }: Action) => (worst === undefined ? SEVERITIES.length : SEVERITIES.indexOf(worst));
  return (
    rank(a) - rank(b) || b.overdue - a.overdue || nodesOf(b.views) - nodesOf(a.views) || compareTexts(a.words, b.words)
  );
}
