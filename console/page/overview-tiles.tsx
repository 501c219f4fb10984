import type { ComponentChildren } from "preact";
import { nounFor } from "../../contract/counted.ts";
import { SEVERITIES } from "../../presentation/findings/finding-view.ts";
import type { Overview } from "../api.ts";
import { blindSpotsHref, openFindingsHref } from "./finding-links.ts";
import { grouped } from "./numbers.ts";
import { hrefOf } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";

interface OverviewTilesProps {
  readonly overview: Overview;
  readonly isAccount: boolean;
}

/** Shows the numbers that matter most. Each links to what it counts. */
export function OverviewTiles({ overview, isAccount }: OverviewTilesProps) {
  const { overdue, dueSoon, blindSpots, unmanaged } = overview;
  return (
    <ul class="tiles" aria-label="Summary">
      <Compliance nodes={overview.nodes} isAccount={isAccount} />
      <Tile title="Open findings" number={grouped(overview.open)} href={openFindingsHref(overview)}>
        <span class="severities">
          {SEVERITIES.filter((severity) => overview.bySeverity[severity] > 0).map((severity) => (
            <a href={openFindingsHref(overview, "severity", [severity])}>
              <SeverityBadge severity={severity} count={overview.bySeverity[severity]} />
            </a>
          ))}
        </span>
      </Tile>
      <Tile
        title="Overdue"
        number={grouped(overdue)}
        href={openFindingsHref(overview, "due", ["overdue"])}
        state={overdue > 0 ? "bad" : ""}
      >
        {nounFor(overdue, "finding")} past the due date
      </Tile>
      <Tile title="Due soon" number={grouped(dueSoon)} href={openFindingsHref(overview, "due", ["soon"])}>
        {nounFor(dueSoon, "finding")} with a due date that is near
      </Tile>
      <Tile title="Blind spots" number={grouped(blindSpots)} href={blindSpotsHref(overview)}>
        {nounFor(blindSpots, "node")} with an unknown patch status
        {unmanaged > 0 && (
          <>
            , of which <a href={openFindingsHref(overview, "kind", ["unmanaged"])}>{grouped(unmanaged)}</a>{" "}
            {nounFor(unmanaged, "is", "are")} not managed
          </>
        )}
      </Tile>
    </ul>
  );
}

function Compliance({ nodes, isAccount }: { readonly nodes: Overview["nodes"]; readonly isAccount: boolean }) {
  if (nodes === undefined) {
    return (
      <Tile title="Compliant nodes" number="not known">
        {isAccount ? "Security Hub has findings for noncompliant nodes only." : "There are no managed nodes."}
      </Tile>
    );
  }
  const { compliant, noncompliant, unknown, total, compliantShare } = nodes;
  return (
    <Tile title="Compliant nodes" number={compliantShare} href={hrefOf({ view: "fleet" })}>
      {grouped(compliant)} of {grouped(total)}. {grouped(noncompliant)} noncompliant
      {unknown > 0 && `, ${grouped(unknown)} unknown`}
    </Tile>
  );
}

interface TileProps {
  readonly title: string;
  readonly number: string;
  readonly href?: string;
  /** A class for the style. */
  readonly state?: string;
  readonly children: ComponentChildren;
}

function Tile({ title, number, href, state = "", children }: TileProps) {
  return (
    <li class={`tile ${state}`}>
      <h2>{title}</h2>
      <p class="number">
        {href === undefined ? (
          number
        ) : (
          <a href={href} aria-label={`${title}: ${number}`}>
            {number}
          </a>
        )}
      </p>
      <p>{children}</p>
    </li>
  );
}
