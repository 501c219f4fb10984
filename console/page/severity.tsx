import { SEVERITIES, type Severity } from "../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";

/** Shows a severity by colour, shape and word, each sufficient alone. */
export function SeverityBadge({ severity, count }: { readonly severity: Severity; readonly count?: number }) {
  const { color, shape } = SEVERITY_STYLES[severity];
  return (
    <span class="severity" style={{ "--severity": color }}>
      <span aria-hidden="true">{shape}</span> {severity}
      {count !== undefined && <b>{count}</b>}
    </span>
  );
}

interface PatchSeverityProps {
  /** The worst severity that the patch decided. */
  readonly severity: Severity | undefined;
  /** The severity of the worst finding that lists the patch. */
  readonly worst: Severity;
}

/** Shows how severe a patch is. A finding says it only of the patch that decided its severity. */
export function PatchSeverity({ severity, worst }: PatchSeverityProps) {
  if (severity !== undefined) return <SeverityBadge severity={severity} />;
  return <span class="at-most">at most {worst}</span>;
}

export function SeverityCounts({ counts }: { readonly counts: Readonly<Record<Severity, number>> }) {
  return (
    <ul class="severities" aria-label="Findings by severity">
      {SEVERITIES.map((severity) => (
        <li>
          <SeverityBadge severity={severity} count={counts[severity]} />
        </li>
      ))}
    </ul>
  );
}
