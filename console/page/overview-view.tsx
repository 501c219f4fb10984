import { TrendPlot } from "./trend-plot.tsx";
import type { ViewProps } from "./view-props.ts";

/** The first page: how things stand. */
export function OverviewView({ live: { state } }: ViewProps) {
  return <TrendPlot version={state?.findings.revision} />;
}
