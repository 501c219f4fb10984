import { BatchImportFindingsCommand, type SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SecurityHubNotEnabled, SecurityHubUnavailable } from "../runtime/errors.ts";
import type { ImportableFinding } from "../finding/stored-finding.ts";
import { jsonBytes } from "../runtime/text.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { named } from "./failure.ts";

export interface ImportFailure {
  readonly id: string;
  /** True where Security Hub did not find fault with the finding itself. */
  readonly retryable: boolean;
  readonly message: string;
}

/** Security Hub takes 100 findings and 6 MB a call, in bytes of UTF-8; a margin is kept. */
const MAX_BATCH = 100;
const MAX_BATCH_BYTES = 5_000_000;
/** ErrorCode of FailedFindings where the finding or its sender is at fault; others are the service's own trouble. */
const CONTENT_ERRORS = new Set(["InvalidInput", "InvalidInputException", "FindingSizeExceeded", "ValidationException"]);

/** Gets the Ids of findings as soon as a call has accepted them: a later call may fail as a whole. */
export type Accepted = (ids: readonly string[]) => void;

/** What became of findings that were not accepted. */
export interface NotAccepted {
  /** Why Security Hub refused findings for their content, by Id. */
  readonly refused: ReadonlyMap<string, string>;
  /** What failed for reasons of the service's own, and did so again. */
  readonly stuck: readonly ImportFailure[];
}

type Send = (findings: readonly ImportableFinding[], accepted: Accepted) => Promise<readonly ImportFailure[]>;

/** What Security Hub failed for reasons of its own is sent once more, alone. @throws where a whole call failed */
export async function sendTwice(
  findings: readonly ImportableFinding[],
  importing: Send,
  accepted: Accepted,
): Promise<NotAccepted> {
  const send = async (some: readonly ImportableFinding[]): Promise<readonly ImportFailure[]> => {
    const failures = await importing(some, accepted);
    const failed = new Set(failures.map(({ id }) => id));
    accepted(some.flatMap(({ Id }) => (failed.has(Id) ? [] : [Id])));
    return failures;
  };
  const first = await send(findings);
  const again = new Set(first.flatMap(({ id, retryable }) => (retryable ? [id] : [])));
  const second = await send(findings.filter(({ Id }) => again.has(Id)));
  const refused = [...first, ...second].filter(({ retryable }) => !retryable);
  return {
    refused: new Map(refused.map(({ id, message }) => [id, message])),
    stuck: second.filter(({ retryable }) => retryable),
  };
}

/** Every finding is accepted or among the answers; @throws where a whole call failed. */
export async function importFindings(
  client: SecurityHubClient,
  findings: readonly ImportableFinding[],
  accepted: Accepted = () => undefined,
): Promise<ImportFailure[]> {
  const failures: ImportFailure[] = [];
  for (const batch of batches(findings)) failures.push(...(await importBatch(client, batch, accepted)));
  return failures;
}

async function importBatch(
  client: SecurityHubClient,
  batch: readonly ImportableFinding[],
  accepted: Accepted,
): Promise<ImportFailure[]> {
  const answer = await send(client, batch);
  if (!(answer instanceof Error)) return checkAnswer(batch, answer, accepted);
  // Security Hub refuses the call as a whole where one finding is malformed: halves, until that one stands alone.
  const [only] = batch;
  if (only !== undefined && batch.length === 1) {
    return [{ id: only.Id, retryable: false, message: describeFailure(answer) }];
  }
  const middle = Math.ceil(batch.length / 2);
  const first = await importBatch(client, batch.slice(0, middle), accepted);
  return [...first, ...(await importBatch(client, batch.slice(middle), accepted))];
}

/** @returns the error where Security Hub refuses the call's content; @throws by name where it is not about content */
async function send(client: SecurityHubClient, batch: readonly ImportableFinding[]): Promise<ImportAnswer | Error> {
  try {
    return await client.send(new BatchImportFindingsCommand({ Findings: [...batch] }));
  } catch (error) {
    if (failureKind(error) === "refused" && error instanceof Error) return error;
    throw named(error);
  }
}

function batches(findings: readonly ImportableFinding[]): ImportableFinding[][] {
  const all: ImportableFinding[][] = [];
  let bytes = 0;
  for (const finding of findings) {
    const size = jsonBytes(finding) + 1;
    const open = all.at(-1);
    if (open === undefined || open.length === MAX_BATCH || bytes + size > MAX_BATCH_BYTES) {
      all.push([finding]);
      bytes = size;
    } else {
      open.push(finding);
      bytes += size;
    }
  }
  return all;
}

interface ImportAnswer {
  readonly SuccessCount?: number | undefined;
  readonly FailedFindings?:
    { Id?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[] | undefined;
}

/** HTTP 200 can carry failures; nothing throws, so they must be looked for. */
function checkAnswer(batch: readonly ImportableFinding[], answer: ImportAnswer, accepted: Accepted): ImportFailure[] {
  const failures = (answer.FailedFindings ?? []).map(({ Id = "", ErrorCode = "", ErrorMessage = "" }) => ({
    id: Id,
    retryable: !CONTENT_ERRORS.has(ErrorCode),
    message: `${ErrorCode}: ${ErrorMessage}`,
  }));
  const failed = new Set(failures.map(({ id }) => id));
  const others = batch.flatMap(({ Id }) => (failed.has(Id) ? [] : [Id]));
  const accounted = (answer.SuccessCount ?? 0) + batch.length - others.length;
  if (accounted === batch.length) accepted(others);
  const denied = failures.find(({ message }) => message.startsWith("InvalidAccess"));
  if (denied !== undefined) throw new SecurityHubNotEnabled(denied.message);
  if (accounted !== batch.length) {
    throw new SecurityHubUnavailable(`Security Hub accounts for ${accounted} of ${batch.length} findings sent to it`);
  }
  return failures;
}
