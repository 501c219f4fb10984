import type { LiveState } from "../api.ts";
import { grouped } from "./numbers.ts";

/** Shows how far the simulated patch runs and scans are. Shows nothing if none runs. */
export function NodeProgressBar({ progress }: { readonly progress: LiveState["progress"] }) {
  if (progress === undefined) return null;
  const { done, total } = progress;
  return (
    <p>
      <progress value={done} max={total} aria-label="Nodes done" /> {grouped(done)} of {grouped(total)} nodes done
    </p>
  );
}
