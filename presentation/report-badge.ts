import type { Severity } from "./finding-view.ts";
import type { Build, ReportElement } from "./report-document.ts";
import { SEVERITY_STYLES } from "./severity-style.ts";

/** Colour, shape and word say the same. */
export function badge(build: Build, severity: Severity): ReportElement {
  const { color, shape } = SEVERITY_STYLES[severity];
  return build("span", { class: "badge", style: `--severity: ${color}` }, `${shape} ${severity}`);
}
