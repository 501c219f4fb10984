/** How far ResolveWindow has read the runs of a maintenance window. All ids and tokens are Systems Manager's own. */
export interface WindowCursor {
  readonly windowExecutionId: string;
  /** Batches read so far. */
  readonly batches: number;
  /** The task to read next. Absent: the first task. */
  readonly taskId?: string;
  /** Token of the current page of its invocations. Absent: the first page. */
  readonly page?: string;
  /** Invocations on that page that were read before. */
  readonly skip: number;
  /** Token of the next page of the invocation's nodes. Absent: the first page. */
  readonly nodesPage?: string;
}

/**
 * The most batches in one execution. Step Functions ends an execution after 25,000 events (developer guide, "Quotas"),
 * and one batch takes about 14, more with retries. The nodes of larger windows are still checked, because each run also
 * sends an event.
 */
export const MAX_WINDOW_BATCHES = 800;

/**
 * Returns the cursor at the start of a window execution.
 *
 * @example
 * firstCursor("14bea65d-5ccc-462d-a2f3-e99c8EXAMPLE");
 */
export function firstCursor(windowExecutionId: string): WindowCursor {
  return { windowExecutionId, batches: 0, skip: 0 };
}
