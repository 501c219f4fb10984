import { BatchImportFindingsCommand, type SecurityHubClient } from "@aws-sdk/client-securityhub";
import { counted } from "../../contract/counted.ts";
import type { Accepted, NotAccepted } from "../finding/destination.ts";
import { SecurityHubNotEnabled, SecurityHubUnavailable } from "../runtime/errors.ts";
import type { ImportableFinding } from "./asff/stored-finding.ts";
import { jsonBytes } from "../runtime/text.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";

/** A finding that Security Hub did not accept. */
export interface ImportFailure {
  readonly id: string;
  /** True if Security Hub had an internal error, so that the same finding may be accepted later. */
  readonly retryable: boolean;
  readonly message: string;
}

/** BatchImportFindings takes 100 findings and 6 MB of UTF-8 (API reference). The smaller size keeps a margin. */
const MAX_BATCH = 100;
const MAX_BATCH_BYTES = 5_000_000;
/** ErrorCodes of FailedFindings about the finding's content. All others are internal errors of Security Hub. */
const CONTENT_ERRORS = new Set(["InvalidInput", "InvalidInputException", "FindingSizeExceeded", "ValidationException"]);

type Send = (findings: readonly ImportableFinding[], accepted: Accepted) => Promise<readonly ImportFailure[]>;

/**
 * Imports findings. Findings that failed with an internal error are sent once more.
 *
 * @param importing imports a list of findings
 * @throws if a whole call failed
 * @example
 * const { refused, stuck } = await sendTwice(findings, hub.importFindings, (ids) => accepted.push(...ids));
 */
export async function sendTwice(
  findings: readonly ImportableFinding[],
  importing: Send,
  accepted: Accepted,
): Promise<NotAccepted> {
  const send = async (batch: readonly ImportableFinding[]): Promise<readonly ImportFailure[]> => {
    const failures = await importing(batch, accepted);
    const failed = new Set(failures.map(({ id }) => id));
    accepted(batch.flatMap(({ Id }) => (failed.has(Id) ? [] : [Id])));
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

/**
 * Imports findings, in calls of at most 100 findings and 5 MB.
 *
 * @returns the findings that were not accepted
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled} if a whole call failed
 */
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
  // Security Hub refuses the whole call if one finding is malformed. Bisects until that finding is alone.
  const [only] = batch;
  if (only !== undefined && batch.length === 1) {
    return [{ id: only.Id, retryable: false, message: describeFailure(answer) }];
  }
  const middle = Math.ceil(batch.length / 2);
  const first = await importBatch(client, batch.slice(0, middle), accepted);
  return [...first, ...(await importBatch(client, batch.slice(middle), accepted))];
}

/** Sends one call. Returns the error if Security Hub refuses the content, and throws any other as a domain error. */
async function send(client: SecurityHubClient, batch: readonly ImportableFinding[]): Promise<ImportAnswer | Error> {
  try {
    return await client.send(new BatchImportFindingsCommand({ Findings: [...batch] }));
  } catch (error) {
    if (failureKind(error) === "refused" && error instanceof Error) return error;
    throw toDomainError(error);
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
    | { Id?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[]
    | undefined;
}

/** Reads the failures in an answer. Security Hub reports them with HTTP 200, so the SDK does not throw. */
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
    throw new SecurityHubUnavailable(
      `Security Hub answered for ${accounted} of ${counted(batch.length, "finding")} sent to it`,
    );
  }
  return failures;
}
