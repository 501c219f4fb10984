import { useEffect, useRef } from "preact/hooks";
import { stateMachineDrawing } from "../../presentation/state-machine/svg.ts";
import type { StateMachineLayout } from "../api.ts";
import { transitionsOf, type Step } from "./execution-steps.ts";
import { pathInView } from "./path-in-view.ts";

interface MachinePictureProps {
  readonly layout: StateMachineLayout;
  readonly steps: readonly Step[];
  /** The name of the execution. The picture scrolls to the path of another one. */
  readonly execution: string | undefined;
}

/** Shows the state machine, drawn from its definition, and the path of one execution. */
export function MachinePicture({ layout, steps, execution }: MachinePictureProps) {
  const byState = Map.groupBy(steps, ({ state }) => state);
  const taken = transitionsOf(steps);
  const marks = {
    state: (name: string) => marksOf(byState.get(name) ?? []),
    edge: (from: string, to: string) => (taken.has(`${from} ${to}`) ? "taken" : ""),
  };
  const frame = useRef<HTMLDivElement>(null);
  // Later steps of a running execution do not move the picture, because a person may have scrolled it.
  useEffect(() => {
    const { current } = frame;
    const picture = current?.firstElementChild;
    if (!current || !picture) return;
    const scale = picture.clientWidth / layout.width;
    const visible = { width: current.clientWidth, height: current.clientHeight };
    const position = pathInView(layout, [...byState.keys()], visible, scale);
    if (position !== undefined) current.scrollTo(position);
  }, [layout, execution, steps.length > 0]);
  return (
    <div ref={frame} class="scroll" tabIndex={0} role="region" aria-label="Picture of the state machine">
      <svg
        class="state-machine"
        style={{ "--width": `${layout.width}px` }}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={`State machine. States of this execution: ${[...byState.keys()].join(", ") || "none"}`}
        // The drawing escapes its input, so names cannot add markup.
        dangerouslySetInnerHTML={{ __html: stateMachineDrawing(layout, marks) }}
      />
    </div>
  );
}

/** Returns the last outcome of the state, and whether it was retried. */
function marksOf(steps: readonly Step[]): string {
  const last = steps.at(-1);
  if (last === undefined) return "";
  return steps.some(({ retries }) => retries.length > 0) ? `${last.outcome} retried` : last.outcome;
}
