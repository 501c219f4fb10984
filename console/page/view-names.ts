import type { View } from "../api.ts";

/** The names of the pages, in the navigation and in titles. */
export const VIEW_NAMES: Readonly<Record<View, string>> = {
  overview: "Overview",
  flow: "Flow",
  findings: "Findings",
  executions: "Executions",
  fleet: "Fleet",
  queues: "Queue",
};

/** Returns the pages that are named in the navigation. A queue is opened from Flow. */
export function namedViews(views: readonly View[]): readonly View[] {
  return views.filter((view) => view !== "queues");
}
