import type { Severity } from "../findings/finding-view.ts";
import type { Build, ReportElement } from "./document.ts";
import { SEVERITY_STYLES } from "../findings/severity-style.ts";

/** Returns a badge that shows a severity by colour, shape and word. */
export function badge(build: Build, severity: Severity): ReportElement {
  const { color, shape } = SEVERITY_STYLES[severity];
  return build("span", { class: "badge", style: `--severity: ${color}` }, `${shape} ${severity}`);
}
