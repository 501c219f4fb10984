import { Logger } from "@aws-lambda-powertools/logger";
import en from "zod/v4/locales/en.js";
import * as z from "zod/mini";
import { runTask, type Task } from "./runtime/task.ts";
import { readWindowBatch } from "./systems-manager/window-batch.ts";
import { windowRuns, type WindowRuns } from "./systems-manager/window-runs.ts";
import type { NodeReference } from "./work/node-reference.ts";
import { firstCursor, type WindowCursor } from "./work/window-cursor.ts";

// Imports one language by its own path: the index of all languages would be most of the bundle.
z.config(en());

const id = z.string().check(z.minLength(1), z.maxLength(64));
const token = z.string().check(z.minLength(1), z.maxLength(4_000));
const count = z.int().check(z.gte(0));
const cursorSchema = z.strictObject({
  windowExecutionId: id,
  batches: count,
  taskId: z.exactOptional(id),
  page: z.exactOptional(token),
  skip: count,
  nodesPage: z.exactOptional(token),
});
/** The input of the window's task, or the previous output of this function. */
const inputSchema = z.union([
  z.object({ window: z.object({ cursor: cursorSchema }) }),
  z.object({ windowExecutionId: id }),
]);

/** The input of Gather, and the cursor for the next call. */
interface ResolveWindowOutput {
  readonly references: readonly NodeReference[];
  readonly window: { readonly cursor?: WindowCursor };
  readonly counts: { readonly references: number };
}

interface Ports {
  readonly runs: WindowRuns;
  readonly logger: Pick<Logger, "info" | "error">;
}

/**
 * Runs state ResolveWindow: reads the next nodes, at most 50, that a maintenance window's Run Command tasks patched.
 *
 * @throws if Systems Manager does not know the window execution. The window's task then shows as failed
 * @example
 * const { references } = await run({ windowExecutionId: "14bea65d-5ccc-462d-a2f3-e99c8EXAMPLE" }, ports);
 */
export async function run(input: object, { runs, logger }: Ports): Promise<ResolveWindowOutput> {
  const parsed = inputSchema.parse(input);
  const start = "window" in parsed ? parsed.window.cursor : firstCursor(parsed.windowExecutionId);
  const { references, cursor, cutOff } = await readWindowBatch(start, runs);
  const { windowExecutionId, batches } = start;
  logger.info("window resolved", { windowExecutionId, batch: batches + 1, nodes: references.length });
  if (cutOff)
    logger.error("the maintenance window has more nodes than one execution can process", {
      windowExecutionId,
      batches,
    });
  return { references, window: { ...(cursor && { cursor }) }, counts: { references: references.length } };
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "resolve-window" });

/** Handles state ResolveWindow. */
export const handler = (task: Task<object>): Promise<ResolveWindowOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= { runs: windowRuns(), logger })));
