import { counted, nounFor } from "../../contract/counted.ts";
import { WORKFLOW_STATUSES } from "../../presentation/findings/finding-view.ts";
import type { Overview } from "../api.ts";
import { openFindingsHref, patchHref, workflowHref } from "./finding-links.ts";
import { grouped } from "./numbers.ts";
import { PatchSeverity } from "./severity.tsx";

/** Lists the patches that matter most. */
export function WorstPatches({ overview: { worstPatches, patches } }: { readonly overview: Overview }) {
  const more = patches - worstPatches.length;
  return (
    <section class="panel" aria-label="Worst patches">
      <h2>Worst patches</h2>
      {worstPatches.length === 0 && <p class="empty">No open finding lists a patch.</p>}
      <ol class="worst">
        {worstPatches.map(({ key, title, severity, worstSeverity, nodes, overdue }) => (
          <li>
            <PatchSeverity severity={severity} worst={worstSeverity} />{" "}
            <a href={patchHref(key)}>
              <bdi>{key}</bdi>
            </a>{" "}
            {grouped(nodes)} {nounFor(nodes, "node")}
            {overdue > 0 && <span class="overdue">, {grouped(overdue)} overdue</span>}
            {title !== undefined && title !== key && (
              <small>
                <bdi>{title}</bdi>
              </small>
            )}
          </li>
        ))}
      </ol>
      {more > 0 && (
        <p>
          <a href="#/patches">{counted(more, "more patch", "more patches")}</a>
        </p>
      )}
    </section>
  );
}

interface WorstOwnersProps {
  readonly overview: Overview;
  readonly ownerTag: string | undefined;
}

/** Lists the owners with the most findings. */
export function WorstOwners({ overview, ownerTag = "Owner" }: WorstOwnersProps) {
  const { worstOwners } = overview;
  return (
    <section class="panel" aria-label="Worst owners">
      <h2>Worst owners</h2>
      {worstOwners.length === 0 && (
        <p class="empty">
          No node of an open finding has the tag <bdi>{ownerTag}</bdi>.
        </p>
      )}
      <ol class="worst">
        {worstOwners.map(({ owner, findings, overdue }) => (
          <li>
            <a href={openFindingsHref(overview, "owner", [owner ?? ""])}>
              {owner === undefined ? "no owner" : <bdi>{owner}</bdi>}
            </a>{" "}
            {grouped(findings)} {nounFor(findings, "finding")}
            {overdue > 0 && <span class="overdue">, {grouped(overdue)} overdue</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Counts the active findings by workflow status, and the closed ones. */
export function Workflow({ overview: { byWorkflow, closed } }: { readonly overview: Overview }) {
  return (
    <section class="panel" aria-label="Workflow">
      <h2>Workflow</h2>
      <ul class="worst">
        {WORKFLOW_STATUSES.filter((status) => status === "NEW" || byWorkflow[status] > 0).map((status) => (
          <li>
            <a href={workflowHref(status)}>{status}</a> {grouped(byWorkflow[status])}
          </li>
        ))}
        <li>
          <a href="#/findings?record=closed">Closed</a> {grouped(closed)}
        </li>
      </ul>
    </section>
  );
}
