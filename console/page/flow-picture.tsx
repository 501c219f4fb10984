import { useEffect, useState } from "preact/hooks";
import { BOXES, NARROW, WIDE, EDGES, type Box, type Flow, type Layout } from "./flow-layout.ts";
import { hrefOf } from "./route.ts";

/** Characters that fit into a box in the usual size. */
const LONG_UNIT = 15;
const NARROW_BELOW = "(max-width: 760px)";

/** Shows the data flow, with counts of the work done and waiting. */
export function FlowPicture({ flow }: { readonly flow: Flow }) {
  const layout = useNarrow() ? NARROW : WIDE;
  return (
    <svg
      class="flow"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="group"
      aria-label={`Data flow: ${BOXES.map((box) => inWords(box, flow)).join("; ")}`}
    >
      <rect class="machine" {...layout.machine} rx="14" />
      <text class="machine-name" x={layout.machineName[0]} y={layout.machineName[1]}>
        state machine:{" "}
        <tspan {...(layout.breaksName && { x: layout.machineName[0], dy: "1.3em" })}>
          {flow.executions === undefined
            ? "not read"
            : `${flow.executions.running} running, ${flow.executions.succeeded} succeeded`}
          {flow.executions !== undefined && flow.executions.failed > 0 && `, ${flow.executions.failed} failed`}
        </tspan>
      </text>
      {EDGES.map((edge) => {
        const path = layout.edges[edge.name];
        const count = edge.count(flow) ?? 0;
        return (
          <g class={`edge ${edge.kind}`}>
            <path d={path.d} />
            {/* The key makes a new element for each count, and its animation runs once. */}
            {count > 0 && <path key={count} class="pulse" d={path.d} aria-hidden="true" />}
            <path class="head" d={arrowHead(path.d)} />
            {edge.label !== undefined && path.at !== undefined && (
              <text x={path.at[0]} y={path.at[1]} text-anchor={path.anchor ?? "middle"}>
                {edge.label}
              </text>
            )}
          </g>
        );
      })}
      {BOXES.map((box) => (
        <FlowBox box={box} flow={flow} layout={layout} />
      ))}
    </svg>
  );
}

function FlowBox({ box, flow, layout }: { readonly box: Box; readonly flow: Flow; readonly layout: Layout }) {
  const [x, y] = layout.boxes[box.name];
  const { width, height } = layout.box;
  const unit = box.unit(flow);
  const shown = (
    <g class={`box ${box.kind} ${box.state?.(flow) ?? ""}`} transform={`translate(${x - width / 2} ${y - height / 2})`}>
      <rect width={width} height={height} rx={box.kind === "queue" ? 4 : 10} />
      <text class="name" x={width / 2} y="17">
        {box.label}
      </text>{" "}
      <text class="count" x={width / 2} y="40">
        {box.count(flow)}
      </text>{" "}
      <text class={unit.length > LONG_UNIT ? "unit long" : "unit"} x={width / 2} y={height - 8}>
        {unit}
      </text>
    </g>
  );
  if (box.queue === undefined) return shown;
  return <a href={hrefOf({ view: "queues", open: box.queue })}>{shown}</a>;
}

function inWords(box: Box, flow: Flow): string {
  const count = box.count(flow);
  return count === undefined ? box.label : `${box.label}: ${count} ${box.unit(flow)}`;
}

/** Returns a small triangle at the end of a path of straight lines. */
function arrowHead(d: string): string {
  const numbers = d.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  const [x0 = 0, y0 = 0, x = 0, y = 0] = numbers.slice(-4);
  const length = Math.hypot(x - x0, y - y0) || 1;
  const [dx, dy] = [((x - x0) / length) * 8, ((y - y0) / length) * 8];
  return `M${x} ${y}L${x - dx - dy / 2} ${y - dy + dx / 2}L${x - dx + dy / 2} ${y - dy - dx / 2}Z`;
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW_BELOW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW_BELOW);
    const follow = (): void => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}
