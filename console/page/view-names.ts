import type { View } from "../api.ts";

/** The names of the pages, in the navigation and in titles. */
export const VIEW_NAMES: Readonly<Record<View, string>> = {
  overview: "Overview",
  flow: "Flow",
  findings: "Findings",
  patches: "Patches",
  cves: "CVEs",
  executions: "Executions",
  fleet: "Fleet",
  queues: "Queue",
};

/** Returns the pages that the navigation lists. A queue is opened from the picture of the flow. */
export function inNavigation(views: readonly View[]): View[] {
  return views.filter((view) => view !== "queues");
}
