/** Where a picture of the state machine scrolls to, so that the path of an execution is in view. */
import type { StateMachineLayout } from "../api.ts";

interface Frame {
  readonly width: number;
  readonly height: number;
}

/**
 * Returns the scroll position that shows the states of an execution. A path that fits is centered. Otherwise its first
 * state is centered from side to side, and its upper end is at the top.
 *
 * @param names the states, in the order in which they were entered
 * @param frame the visible part of the picture, in pixels
 * @param scale pixels per unit of the layout
 * @returns undefined if the picture has none of the states
 * @example pathInView(layout, ["ReadNodes", "ImportFindings"], { width: 360, height: 600 }, 1); // { left: 210, top: 0 }
 */
export function pathInView(
  { states }: StateMachineLayout,
  names: readonly string[],
  frame: Frame,
  scale: number,
): { left: number; top: number } | undefined {
  // The box of a Map holds other states, and is as wide as all of them.
  const boxes = names.flatMap((name) => states.find((state) => state.name === name && state.kind !== "map") ?? []);
  const [first] = boxes;
  if (first === undefined) return undefined;
  // A state's point is the middle of its box.
  const left = Math.min(...boxes.map(({ x, width }) => x - width / 2)) * scale;
  const right = Math.max(...boxes.map(({ x, width }) => x + width / 2)) * scale;
  const top = Math.min(...boxes.map(({ y, height }) => y - height / 2)) * scale;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height / 2)) * scale;
  const middle = right - left <= frame.width ? (left + right) / 2 : first.x * scale;
  const above = Math.max(0, (frame.height - (bottom - top)) / 2);
  return { left: Math.max(0, Math.round(middle - frame.width / 2)), top: Math.max(0, Math.round(top - above)) };
}
