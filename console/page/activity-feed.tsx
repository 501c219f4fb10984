import { counted } from "../../contract/counted.ts";
import type { Operation } from "../api.ts";
import { hrefOf } from "./route.ts";
import { ClockTime } from "./time.tsx";

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
      {activity.length === 0 && <p class="empty">Nothing has happened yet.</p>}
      <ol class="feed" tabIndex={0} aria-label="Activity, newest first">
        {activity.map(({ time, what, node }) => (
          <li>
            <ClockTime iso={time} /> <bdi>{what}</bdi>
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
