import { counted } from "../../contract/counted.ts";
import { nodesOf, type Action } from "../findings/actions.ts";
import { badge } from "./badge.ts";
import type { Build, ReportElement } from "./document.ts";
import { nodeNames } from "./node-names.ts";
import { simpleTable, type Cell } from "./simple-table.ts";
import { shortened } from "../findings/text.ts";

/** A page is read by people. The CSV file has every finding. */
const MAX_LISTED = 20;
const MAX_NODES = 3;
const MAX_HOW_LENGTH = 120;
const HEADS = ["What to do", "Nodes", "Overdue", "Worst", "Which nodes, worst first"];

/** Returns the section that groups open findings by what to do; nothing if there is nothing to do. */
export function actionsSection(build: Build, actions: readonly Action[]): ReportElement[] {
  if (actions.length === 0) return [];
  const more = actions.length - MAX_LISTED;
  const note =
    "A node with several causes needs several actions. For a patch, “Worst” is the worst severity of the findings whose " +
    "severity it decides; “–” means that it decides none.";
  const table = simpleTable(
    build,
    {
      caption: "Actions, worst first",
      heads: HEADS,
      className: "actions",
      note: more > 0 ? `${note} ${counted(more, "more action")} not shown.` : note,
    },
    actions.slice(0, MAX_LISTED).map((action) => row(build, action)),
  );
  return [build("section", { id: "actions" }, build("h2", {}, "What to do"), table)];
}

function row(build: Build, { words, how, views, overdue, worst }: Action): Cell[] {
  const name = words.replace(/,? (?:on|of|for)$|:$/, "");
  return [
    [build("strong", {}, name), how !== "" && build("p", {}, shortened(how, MAX_HOW_LENGTH))],
    String(nodesOf(views)),
    String(overdue),
    worst === undefined ? "–" : badge(build, worst),
    nodeNames(views, MAX_NODES),
  ];
}
