/** Many findings, and where the findings command puts its answers, for the tests of `npm run findings`. */
import type { Output } from "../commands/findings.ts";
import { EVERYTHING, fits, type FindingFilter } from "../commands/findings/filter.ts";
import { entries, type FindingSource } from "../commands/findings/source.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "./finding-samples.ts";
import { days, nodeId, SCOPE } from "./node-fixtures.ts";

const { account, region } = SCOPE;
const NODES = 250;
const LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] as const;
const levelOf = (index: number) => LEVELS[index % LEVELS.length] ?? "LOW";
const OVERDUE = { "PatchFindings/OpenSince": days(-40), "PatchFindings/Overdue": "true" };

/** 250 nodes' findings with all severities, statuses and states, a blind spot, and one of another product. */
function manyFindings(): object[] {
  const statuses = ["NEW", "NOTIFIED", "SUPPRESSED"];
  const ours = Array.from({ length: NODES }, (_, index) => {
    const finding = complianceFinding(nodeId(index), [{ id: `KB${index % 7}`, level: levelOf(index) }]);
    return {
      ...finding,
      RecordState: index % 10 === 0 ? "ARCHIVED" : "ACTIVE",
      Workflow: { Status: statuses[index % 3] },
      ProductFields: { ...finding.ProductFields, ...(index === 6 && OVERDUE) },
    };
  });
  return [...ours, blindSpotFinding(nodeId(1)), NATIVE_FINDING];
}
export const FINDINGS = manyFindings();
/** How many of them fit. */
export const fitting = (filter: Partial<FindingFilter>) =>
  entries(FINDINGS).filter(({ view }) => fits(view, { ...EVERYTHING, ...filter })).length;

/** What a terminal without colours would show. */
export function paper(columns?: number, color = false): Output & { readonly text: () => string } {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  return {
    screen: { ...(columns !== undefined && { columns }), color },
    print,
    warn: print,
    text: () => lines.join("\n"),
  };
}
/** These findings, from nowhere. */
export const given = (findings: readonly object[]): FindingSource => ({
  name: "a test",
  read: (filter) =>
    Promise.resolve({
      account,
      region,
      entries: entries(findings).filter(({ view }) => fits(view, filter)),
    }),
});
