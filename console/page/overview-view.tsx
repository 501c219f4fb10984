import { counted } from "../../contract/counted.ts";
import { ActivityFeed } from "./activity-feed.tsx";
import { useFetched } from "./http.ts";
import { hrefOf } from "./route.ts";
import { OverviewTiles } from "./overview-tiles.tsx";
import { TrendChart } from "./trend-chart.tsx";
import type { ViewProps } from "./view-props.ts";
import type { OverviewAnswer } from "../api.ts";
import { Workflow, WorstOwners, WorstPatches } from "./worst-lists.tsx";

/** The first page: how things stand, what is worst, and what happened. */
export function OverviewView({ live: { state } }: ViewProps) {
  const version = `${state?.findings.revision} ${state?.executions}`;
  const { data, error } = useFetched<OverviewAnswer>("/api/overview", version);
  if (data === undefined || !isRead(state)) {
    return error === undefined ? <p class="loading">Loading</p> : <p role="alert">{error}</p>;
  }
  const { overview } = data;
  return (
    <div class="overview">
      {error !== undefined && <p role="alert">{error}</p>}
      <Quarantine waiting={state?.program?.queues.quarantine?.waiting ?? 0} />
      <OverviewTiles overview={overview} isAccount={state?.about.kind === "account"} />
      <div class="panels">
        <TrendChart version={state?.findings.revision} />
        <ActivityFeed activity={data.activity} older={data.olderActivity} />
      </div>
      <div class="panels">
        <WorstPatches overview={overview} />
        <WorstOwners overview={overview} ownerTag={state?.about.ownerTag} />
        <Workflow overview={overview} />
      </div>
    </div>
  );
}

/** Says that messages need a person. */
function Quarantine({ waiting }: { readonly waiting: number }) {
  if (waiting === 0) return null;
  return (
    <p class="note">
      <a href={hrefOf({ view: "queues", open: "quarantine" })}>{counted(waiting, "message")} in the quarantine queue</a>
    </p>
  );
}

/** An account's findings are not there before they were read for the first time. */
function isRead(state: ViewProps["live"]["state"]): boolean {
  return state?.about.kind !== "account" || state.findings.readAt !== undefined;
}
