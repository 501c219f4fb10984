import { useEffect, useRef, useState } from "preact/hooks";
import { SEVERITIES, type Severity } from "../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";
import type { Trend } from "../api.ts";
import { useClock } from "./clock.ts";
import { useFetched } from "./http.ts";
import { indexAt, stackedAreas, topOf } from "./stacked-areas.ts";
import { exactTime } from "./time.tsx";

const HEIGHT = 200;
/** The space for the numbers on the left, and for the times below. */
const MARGIN = { left: 44, right: 8, top: 12, bottom: 24 } as const;

/** Lines over the colour of an area, so that areas differ without colour too. Each is a path in a square of 8 by 8. */
const PATTERNS: Readonly<Record<Severity, string>> = {
  CRITICAL: "",
  HIGH: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
  MEDIUM: "M3 4L5 4",
  LOW: "M0 4L8 4",
  INFORMATIONAL: "M4 0L4 8M0 4L8 4",
};
const patternId = (severity: Severity): string => `area-${severity.toLowerCase()}`;

/** Plots the open findings by severity as areas on top of each other. */
export function TrendChart({ version }: { readonly version: unknown }) {
  const { data, error } = useFetched<Trend>("/api/trend", version);
  const [chosen, setChosen] = useState<number>();
  const shown = chosen !== undefined && chosen < (data?.times.length ?? 0) ? chosen : undefined;
  return (
    <figure class="trend">
      <figcaption>
        <h2>Open findings over time</h2>
      </figcaption>
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined || data.times.length === 0 ? (
        error === undefined && <p class="loading">Loading</p>
      ) : (
        <>
          <Plot trend={data} shown={shown} onChoose={setChosen} />
          <Legend trend={data} shown={shown} />
        </>
      )}
    </figure>
  );
}

interface PlotProps {
  readonly trend: Trend;
  /** The sample under the pointer. */
  readonly shown: number | undefined;
  readonly onChoose: (index: number | undefined) => void;
}

function Plot({ trend, shown, onChoose }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = Math.max(100, useWidth(place) - MARGIN.left - MARGIN.right);
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const top = topOf(trend);
  const areas = stackedAreas(trend, { width, height }, top);
  const follow = ({ clientX, currentTarget }: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const share = (clientX - currentTarget.getBoundingClientRect().left - MARGIN.left) / width;
    onChoose(indexAt(trend, Math.min(1, Math.max(0, share))));
  };
  const [first = 0, last = 0] = [trend.times[0], trend.times.at(-1)];
  const line =
    shown === undefined ? undefined : (((trend.times[shown] ?? first) - first) / (last - first || 1)) * width;
  return (
    <div ref={place}>
      <svg
        class="areas"
        height={HEIGHT}
        aria-hidden="true"
        onPointerMove={follow}
        onPointerLeave={() => onChoose(undefined)}
      >
        <Patterns />
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          <Counts top={top} width={width} height={height} />
          {SEVERITIES.map((severity, index) => (
            <path class="area" d={areas[index]} fill={`url(#${patternId(severity)})`} />
          ))}
          {line !== undefined && <path class="chosen" d={`M${line} 0L${line} ${height}`} />}
          <Times first={first} last={last} width={width} y={height + 17} />
        </g>
      </svg>
    </div>
  );
}

function Patterns() {
  return (
    <defs>
      {SEVERITIES.map((severity) => (
        <pattern id={patternId(severity)} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect width="8" height="8" fill={SEVERITY_STYLES[severity].color} />
          <path d={PATTERNS[severity]} stroke="#000000" stroke-opacity="0.55" fill="none" />
        </pattern>
      ))}
    </defs>
  );
}

function Counts({ top, width, height }: { readonly top: number; readonly width: number; readonly height: number }) {
  return (
    <>
      {[0, top / 2, top].map((count) => {
        const y = height - (count / top) * height;
        return (
          <>
            <path class="grid" d={`M0 ${y}L${width} ${y}`} />
            <text x="-8" y={y + 4} text-anchor="end">
              {count}
            </text>
          </>
        );
      })}
    </>
  );
}

interface TimesProps {
  readonly first: number;
  readonly last: number;
  readonly width: number;
  readonly y: number;
}

function Times({ first, last, width, y }: TimesProps) {
  const { zone } = useClock();
  const text = (seconds: number): string => exactTime(new Date(seconds * 1_000).toISOString(), zone);
  return (
    <>
      <text x="0" y={y}>
        {text(first)}
      </text>
      {width > 380 && (
        <text x={width} y={y} text-anchor="end">
          {text(last)}
        </text>
      )}
    </>
  );
}

/** Names the areas, each by its pattern, shape and word, with the counts of now or of the time under the pointer. */
function Legend({ trend, shown }: { readonly trend: Trend; readonly shown: number | undefined }) {
  const { zone } = useClock();
  const seconds = shown === undefined ? undefined : trend.times[shown];
  const when = seconds === undefined ? "Now" : exactTime(new Date(seconds * 1_000).toISOString(), zone);
  return (
    <>
      <p class="when">{when}</p>
      <ul class="legend" aria-label={`Open findings by severity: ${when}`}>
        {SEVERITIES.map((severity, index) => (
          <li>
            <svg width="22" height="14" aria-hidden="true">
              <rect class="area" width="22" height="14" fill={`url(#${patternId(severity)})`} />
            </svg>{" "}
            {SEVERITY_STYLES[severity].shape} {severity} <b>{trend.open[index]?.at(shown ?? -1) ?? 0}</b>
          </li>
        ))}
      </ul>
    </>
  );
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return width;
}
