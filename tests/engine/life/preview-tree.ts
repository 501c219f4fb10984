/**
 * The table that `pulumi preview` draws in a terminal (pkg/backend/display/rows.go, progress.go and tableutil.go of the
 * CLI): columns for the operation, the type as a tree, the name and the plan.
 */
import type { EventLog, ResourceState } from "../trial/event-log.ts";

interface TreeRow {
  readonly name: string;
  /** Columns of the terminal that the line needs until the end of the name. */
  readonly width: number;
}

/** A space, the operation and the gap. */
const OPERATION_WIDTH = " +   ".length;
const BRANCH_WIDTH = "├─ ".length;
const GAP = 2;

/** Returns the rows of a preview's table. */
export function previewTree({ steps, resources }: Pick<EventLog, "steps" | "resources">): TreeRow[] {
  const typeWidth = ({ type, urn }: { type: string; urn: string }): number =>
    depthOf(urn, resources) * BRANCH_WIDTH + displayName(type).length;
  const column = Math.max(...steps.map(typeWidth));
  return steps.map(({ name }) => ({ name, width: OPERATION_WIDTH + column + GAP + name.length }));
}

function depthOf(urn: string, resources: ReadonlyMap<string, ResourceState>): number {
  // The tree puts resources without a parent below the stack.
  const isStack = urn.includes("::pulumi:pulumi:Stack::");
  const parent = resources.get(urn)?.parent ?? "";
  if (isStack) return 0;
  return parent === "" ? 1 : 1 + depthOf(parent, resources);
}

/** `aws:sqs/queue:Queue` is shown as `aws:sqs:Queue`. */
function displayName(type: string): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  return [provider, module.split("/")[0], name].join(":");
}
