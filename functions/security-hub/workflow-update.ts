import { BatchUpdateFindingsCommand, type SecurityHubClient } from "@aws-sdk/client-securityhub";
import { chunks } from "../runtime/chunks.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";

/** One finding's new workflow status, with a note where one is to be written. */
export interface WorkflowUpdate {
  readonly id: string;
  readonly productArn: string;
  readonly status: "NEW" | "RESOLVED";
  readonly note?: { readonly text: string; readonly updatedBy: string };
}

export interface UpdateFailure {
  readonly id: string;
  /** As Security Hub names it: `ConcurrentUpdateError`, `FindingNotFound`, `InvalidInput`, ... */
  readonly code: string;
  readonly message: string;
}

/** BatchUpdateFindings takes 100 findings, and one status and note for all of them. */
const MAX_BATCH = 100;
/** What a call that is refused as a whole says of each of its findings. */
const CONTENT_ERROR = "InvalidInput";

/** Updates with the same status and note share calls. @throws by name where a whole call failed */
export async function updateWorkflow(
  client: SecurityHubClient,
  updates: readonly WorkflowUpdate[],
): Promise<UpdateFailure[]> {
  const alike = new Map<string, WorkflowUpdate[]>();
  for (const update of updates) {
    const key = JSON.stringify([update.status, update.note]);
    alike.set(key, [...(alike.get(key) ?? []), update]);
  }
  const failures: UpdateFailure[] = [];
  for (const group of alike.values()) {
    for (const batch of chunks(group, MAX_BATCH)) failures.push(...(await updateBatch(client, batch)));
  }
  return failures;
}

/** HTTP 200 can carry failures; nothing throws, so they must be looked for. */
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
