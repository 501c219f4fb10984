import { renderReport } from "../../presentation/report/report.ts";
import type { ConsoleSource } from "../source.ts";

/** Returns the HTML report about all findings of the source. */
export function reportOf(source: ConsoleSource): string {
  const { account, region, ownerTag } = source.about;
  const subject = { title: "Patch Manager Findings", account, region, generatedAt: source.now() };
  return renderReport(source.findings().findings, { ...subject, ...(ownerTag !== undefined && { ownerTag }) });
}
