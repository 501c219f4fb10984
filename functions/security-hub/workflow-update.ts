import { BatchUpdateFindingsCommand, type SecurityHubClient } from "@aws-sdk/client-securityhub";
import { chunks } from "../runtime/chunks.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";

/** One finding's new workflow status, with an optional note. */
export interface WorkflowUpdate {
  readonly id: string;
  readonly productArn: string;
  readonly status: "NEW" | "NOTIFIED" | "RESOLVED" | "SUPPRESSED";
  readonly note?: { readonly text: string; readonly updatedBy: string };
}

/** A finding that Security Hub did not process. */
export interface UpdateFailure {
  readonly id: string;
  /** Security Hub's ErrorCode: `ConcurrentUpdateError`, `FindingNotFound`, `InvalidInput`, ... */
  readonly code: string;
  readonly message: string;
}

/** BatchUpdateFindings takes 100 findings, with one status and note for all of them (API reference). */
const MAX_BATCH = 100;
/** Code of every finding in a call that Security Hub refused. */
const CONTENT_ERROR = "InvalidInput";

/**
 * Sets the workflow status of findings. Updates with the same status and note share calls.
 *
 * @returns the findings that Security Hub did not process
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled} if a whole call failed
 */
export async function updateWorkflow(
  client: SecurityHubClient,
  updates: readonly WorkflowUpdate[],
): Promise<UpdateFailure[]> {
  const groups = new Map<string, WorkflowUpdate[]>();
  for (const update of updates) {
    const key = JSON.stringify([update.status, update.note]);
    groups.set(key, [...(groups.get(key) ?? []), update]);
  }
  const failures: UpdateFailure[] = [];
  for (const group of groups.values()) {
    for (const batch of chunks(group, MAX_BATCH)) failures.push(...(await updateBatch(client, batch)));
  }
  return failures;
}

/** Sends one call. Security Hub reports failures with HTTP 200, so the SDK does not throw. */
async function updateBatch(client: SecurityHubClient, batch: readonly WorkflowUpdate[]): Promise<UpdateFailure[]> {
  const [first] = batch;
  if (first === undefined) return [];
  const { status, note } = first;
  const input = {
    FindingIdentifiers: batch.map(({ id, productArn }) => ({ Id: id, ProductArn: productArn })),
    Workflow: { Status: status },
    ...(note && { Note: { Text: note.text, UpdatedBy: note.updatedBy } }),
  };
  try {
    const { UnprocessedFindings = [] } = await client.send(new BatchUpdateFindingsCommand(input));
    return UnprocessedFindings.map(({ FindingIdentifier, ErrorCode = "", ErrorMessage = "" }) => ({
      id: FindingIdentifier?.Id ?? "",
      code: ErrorCode,
      message: ErrorMessage,
    }));
  } catch (error) {
    if (failureKind(error) !== "refused") throw toDomainError(error);
    const failure = { code: CONTENT_ERROR, message: describeFailure(error) };
    return batch.map(({ id }) => ({ id, ...failure }));
  }
}
