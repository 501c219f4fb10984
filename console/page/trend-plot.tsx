import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { SEVERITIES } from "../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";
import type { Trend } from "../api.ts";
import { useFetched } from "./http.ts";

const HEIGHT = 190;
/** Dash patterns, so that lines differ without colour. */
const DASHES = [[], [10, 3], [6, 4], [3, 3], [1, 4]];

/** Steps for an axis of counts. */
const WHOLE = [1, 10, 100, 1_000, 10_000].flatMap((ten) => [ten, 2 * ten, 5 * ten]);

/** Plots open findings by severity over the run. */
export function TrendPlot({ version }: { readonly version: unknown }) {
  const { data } = useFetched<Trend>("/api/trend", version);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    plot.current = new uPlot(options(element), plotted(data), element);
    const watch = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(plotted(data));
    if (plot.current !== undefined) showNewest(plot.current);
  }, [data]);
  const last = SEVERITIES.map((severity, index) => `${data?.open[index]?.at(-1) ?? 0} ${severity}`);
  return (
    <figure class="trend">
      <figcaption>Open findings by severity over this run (UTC): now {last.join(", ")}</figcaption>
      <div ref={place} aria-hidden="true" class="plot" />
    </figure>
  );
}

/** Shows the newest values in the legend while no pointer selects others. */
function showNewest(plot: uPlot): void {
  const last = plot.data[0].length - 1;
  if (last >= 0 && typeof plot.cursor.idx !== "number") plot.setLegend({ idx: last });
}

const utcTime = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(11, 19);

function plotted(trend: Trend | undefined): uPlot.AlignedData {
  return [[...(trend?.times ?? [])], ...(trend?.open ?? SEVERITIES.map(() => [])).map((counts) => [...counts])];
}

function options(element: HTMLElement): uPlot.Options {
  // Counts stay the same until the next change.
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: color("ink"), grid: { stroke: color("grid") }, ticks: { stroke: color("grid") } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, size: 30, space: 80, values: (_, times) => times.map(utcTime) },
      { ...axis, size: 44, incrs: WHOLE },
    ],
    hooks: { setCursor: [showNewest] },
    series: [
      { label: "UTC", value: (_, seconds) => (typeof seconds === "number" ? utcTime(seconds) : "") },
      ...SEVERITIES.map((severity, index) => ({
        label: severity,
        stroke: SEVERITY_STYLES[severity].color,
        width: 2,
        dash: DASHES[index] ?? [],
        ...(paths && { paths }),
        points: { show: false },
      })),
    ],
  };
}
