import { renderReport } from "../../presentation/report/report.ts";
import type { Findings } from "../findings.ts";
import type { ConsoleSource } from "../source.ts";

/** Returns the HTML report about all findings of the source. */
export function reportOf(source: ConsoleSource, findings: Findings): string {
  const { account, region, ownerTag } = source.about;
  const rows = source.nodes?.(findings.all());
  return renderReport(source.findings().findings, {
    title: "Patch Manager Findings",
    account,
    region,
    generatedAt: source.now(),
    ...(ownerTag !== undefined && { ownerTag }),
    ...(rows !== undefined && {
      nodes: { compliant: rows.filter(({ compliance }) => compliance === "compliant").length, total: rows.length },
    }),
  });
}
