import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { SEVERITIES } from "../../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../../presentation/findings/severity-style.ts";
import type { Trend } from "../api.ts";
import { useFetched } from "./http.ts";

const HEIGHT = 190;
/** Lines that can be told apart without their colours. */
const DASHES = [[], [10, 3], [6, 4], [3, 3], [1, 4]];

/** Open findings by severity, over the run. */
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
  useEffect(() => plot.current?.setData(plotted(data)), [data]);
  const last = SEVERITIES.map((severity, index) => `${data?.open[index]?.at(-1) ?? 0} ${severity}`);
  return (
    <figure class="trend">
      <figcaption>Open findings by severity over this run: now {last.join(", ")}</figcaption>
      <div ref={place} aria-hidden="true" class="plot" />
    </figure>
  );
}

function plotted(trend: Trend | undefined): uPlot.AlignedData {
  return [[...(trend?.times ?? [])], ...(trend?.open ?? SEVERITIES.map(() => [])).map((counts) => [...counts])];
}

function options(element: HTMLElement): uPlot.Options {
  // Counts hold until the next change.
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: color("ink"), grid: { stroke: color("grid") }, ticks: { stroke: color("grid") } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [axis, { ...axis, size: 44 }],
    series: [
      { label: "time" },
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
