/** How far the runs of a maintenance window have been read. All ids and tokens are Systems Manager's own. */
export interface WindowCursor {
  readonly windowExecutionId: string;
  /** Batches read before. */
  readonly batches: number;
  /** The task whose invocations come next; the first one where absent. */
  readonly taskId?: string;
  /** The page of its invocations, and how many on it are done. */
  readonly page?: string;
  readonly skip: number;
  /** The page of the next invocation's nodes. */
  readonly nodesPage?: string;
}

/**
 * Step Functions ends an execution after 25,000 events, and one batch takes up to about 90. What a larger window leaves
 * out, its events have brought already.
 */
export const MAX_WINDOW_BATCHES = 250;

/** Where reading begins. */
export function firstCursor(windowExecutionId: string): WindowCursor {
  return { windowExecutionId, batches: 0, skip: 0 };
}
