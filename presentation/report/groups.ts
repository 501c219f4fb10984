import { counted } from "../../contract/counted.ts";
import { SEVERITIES, type FindingView } from "../findings/finding-view.ts";
import { countGroups, type GroupCount } from "../findings/groups.ts";
import { system } from "../findings/summary.ts";
import { shortened } from "../findings/text.ts";
import type { Build, ReportElement } from "./document.ts";
import { simpleTable } from "./simple-table.ts";

/** A tag with a different value on each node is no owner, and would fill the report. */
const MAX_LISTED = 15;
const MAX_NAME_LENGTH = 80;

interface Grouping {
  readonly title: string;
  /** The head of the first column, and the noun for the groups that are not shown. */
  readonly noun: string;
  readonly without: string;
  readonly nameOf: (view: FindingView) => string | undefined;
  /** The smallest number of different values that is worth a table. */
  readonly atLeast: number;
}

const GROUPINGS: readonly Grouping[] = [
  { title: "Owners", noun: "Owner", without: "no owner", nameOf: ({ owner }) => owner, atLeast: 1 },
  { title: "Platforms", noun: "Platform", without: "unknown", nameOf: (view) => system(view) || undefined, atLeast: 1 },
  {
    ...{ title: "Patch groups", noun: "Patch group", without: "no patch group" },
    ...{ nameOf: ({ patchGroup }) => patchGroup, atLeast: 1 },
  },
  {
    ...{ title: "Accounts and Regions", noun: "Account and Region", without: "unknown" },
    ...{ nameOf: ({ account, region }) => [account, region].filter(Boolean).join(", ") || undefined, atLeast: 2 },
  },
];

/**
 * Returns a section for each fact by which open findings can be grouped: owner, platform, patch group, account and Region.
 * Leaves out facts that no finding has.
 */
export function groupSections(build: Build, open: readonly FindingView[]): ReportElement[] {
  return GROUPINGS.flatMap((grouping) => {
    const groups = countGroups(open, grouping.nameOf);
    const named = groups.filter(({ name }) => name !== undefined).length;
    return named < grouping.atLeast ? [] : [section(build, grouping, groups)];
  });
}

function section(build: Build, { title, noun, without }: Grouping, groups: readonly GroupCount[]): ReportElement {
  const more = groups.length - MAX_LISTED;
  const table = simpleTable(
    build,
    {
      caption: `Open findings by ${small(noun)}`,
      heads: [noun, "Open", "Overdue", "Due soon", ...SEVERITIES],
      className: "counts",
      note: more > 0 && `${counted(more, `more ${small(noun)}`, `more ${small(title)}`)} not shown.`,
    },
    groups.slice(0, MAX_LISTED).map((group) => row(group, without)),
  );
  return build(
    "section",
    { id: title.toLowerCase().replaceAll(" ", "-"), class: "group" },
    build("h2", {}, title),
    table,
  );
}

function row({ name, findings, overdue, soon, bySeverity }: GroupCount, without: string): string[] {
  const counts = [findings, overdue, soon, ...SEVERITIES.map((severity) => bySeverity[severity])];
  return [name === undefined ? without : shortened(name, MAX_NAME_LENGTH), ...counts.map(String)];
}

/** Returns a title as words in a sentence. "Region" keeps its capital, as AWS writes it. */
function small(title: string): string {
  return title.replace(/^./, (letter) => letter.toLowerCase());
}
