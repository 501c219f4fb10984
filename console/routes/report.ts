import { present } from "../../presentation/findings/finding-fields.ts";
import { placeInWords } from "../../presentation/findings/place.ts";
import { renderReport } from "../../presentation/report/report.ts";
import type { Findings } from "../findings.ts";
import type { ConsoleSource } from "../source.ts";

/** Returns the HTML report about all findings of the source. */
export function reportOf(source: ConsoleSource, findings: Findings): string {
  const { account, region, organization, ownerTag } = source.about;
  const rows = source.nodes?.(findings.all());
  const { readAt, problem } = source.findings();
  const views = findings.all().map(({ view }) => view);
  return renderReport(source.findings().findings, {
    title: organization ? `Patch findings of ${placeInWords(source.about, views)}` : "Patch Manager Findings",
    account,
    region,
    organization,
    generatedAt: source.now(),
    ...present({ ownerTag, readAt, problem }),
    ...(rows !== undefined && {
      nodes: { compliant: rows.filter(({ compliance }) => compliance === "compliant").length, total: rows.length },
    }),
  });
}
