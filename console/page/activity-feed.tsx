import { EVERYTHING_OPEN, queryParams, withToggled } from "../../presentation/search/query.ts";
import { counted } from "../../contract/counted.ts";
import type { Operation } from "../api.ts";
import { hrefOf } from "./route.ts";
import { ClockTime } from "./time.tsx";

/** Returns the address of the findings, open or closed, that were opened or closed in these ranges of time. */
function changedHref(ranges: readonly string[]): string {
  const all = withToggled(EVERYTHING_OPEN, "record", "all");
  return hrefOf({
    view: "findings",
    params: queryParams(ranges.reduce((query, range) => withToggled(query, "changed", range), all)),
  });
}

interface ActivityFeedProps {
  /** Newest first. */
  readonly activity: readonly Operation[];
  /** Older entries that are left out. */
  readonly older: number;
}

/** Says in plain words what happened. */
export function ActivityFeed({ activity, older }: ActivityFeedProps) {
  return (
    <section class="panel" aria-label="Activity">
      <h2>Activity</h2>
      <p>
        Findings opened or closed in the last <a href={changedHref(["less than a day"])}>24 hours</a>,{" "}
        <a href={changedHref(["less than a day", "1 to 7 days"])}>7 days</a>
      </p>
      {activity.length === 0 && <p class="empty">Nothing has happened yet.</p>}
      <ol class="feed" tabIndex={0} aria-label="Activity, newest first">
        {activity.map(({ time, what, node }) => (
          <li>
            <ClockTime iso={time} newest={activity[0]?.time ?? time} /> <bdi>{what}</bdi>
            {node !== undefined && (
              <>
                {": "}
                <a href={hrefOf({ view: "findings", open: node.nodeId })}>
                  <bdi>{node.name ?? node.nodeId}</bdi>
                </a>
              </>
            )}
          </li>
        ))}
      </ol>
      {older > 0 && <p class="empty">{counted(older, "older entry", "older entries")} not shown.</p>}
    </section>
  );
}
