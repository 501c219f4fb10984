import type { View } from "../api.ts";

/** The names of the pages, in the navigation and in titles. */
export const VIEW_NAMES: Readonly<Record<View, string>> = {
  overview: "Overview",
  flow: "Flow",
  findings: "Findings",
  executions: "Executions",
  fleet: "Fleet",
};
