import {
  BatchImportFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
} from "@aws-sdk/client-securityhub";
import { chunks } from "../domain/chunks.ts";
import { SecurityHubNotEnabled, SecurityHubUnavailable } from "../domain/errors.ts";
import { jsonBytes } from "../domain/text.ts";
import { CALL_LIMITS, describeFailure, failureKind } from "./failure.ts";
import { named } from "./hub-failure.ts";
import { allPages } from "./pages.ts";
import { updateWorkflow, type UpdateFailure, type WorkflowUpdate } from "./workflow-update.ts";

/** What Publish needs of Security Hub. */
export interface SecurityHub {
  /** Findings of one product by Id, archived ones too. */
  findings(productArn: string, ids: readonly string[]): Promise<AwsSecurityFinding[]>;
  /** The cheapest read that tells whether Security Hub would take findings now; @throws by name where not. */
  probe(productArn: string): Promise<void>;
  /** Every finding is accepted or among the answers; @throws where the whole call failed. */
  importFindings(findings: readonly ImportableFinding[]): Promise<ImportFailure[]>;
  /** One page of what fits the filters; `next` is the token of the following page. */
  search(filters: AwsSecurityFindingFilters, token?: string): Promise<FindingsPage>;
  /** Sets the workflow status of findings; @returns those that Security Hub did not process. */
  updateWorkflow(updates: readonly WorkflowUpdate[]): Promise<UpdateFailure[]>;
}

export interface FindingsPage {
  readonly findings: readonly AwsSecurityFinding[];
  readonly next?: string;
}

export type ImportableFinding = Record<string, unknown> & { readonly Id: string };

export interface ImportFailure {
  readonly id: string;
  /** True where Security Hub did not find fault with the finding itself. */
  readonly retryable: boolean;
  readonly message: string;
}

/** A filter takes 20 values. */
const IDS_PER_CALL = 20;
const SEARCH_PAGE = 100;
/** Security Hub takes 100 findings and 6 MB a call, in bytes of UTF-8; a margin is kept. */
const MAX_BATCH = 100;
const MAX_BATCH_BYTES = 5_000_000;
/** Beyond these attempts the state machine waits longer than a function should. */
const MAX_ATTEMPTS = 3;
/** ErrorCode of FailedFindings where the finding or its sender is at fault; others are the service's own trouble. */
const CONTENT_ERRORS = new Set(["InvalidInput", "InvalidInputException", "FindingSizeExceeded", "ValidationException"]);

export function securityHub(
  client = new SecurityHubClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS }),
): SecurityHub {
  const importBatch = async (batch: readonly ImportableFinding[]): Promise<ImportFailure[]> => {
    const answer = await send(batch);
    if (!(answer instanceof Error)) return checkAnswer(batch, answer);
    // Security Hub refuses the call as a whole where one finding is malformed: halves, until that one stands alone.
    const [only] = batch;
    if (only !== undefined && batch.length === 1) {
      return [{ id: only.Id, retryable: false, message: describeFailure(answer) }];
    }
    const middle = Math.ceil(batch.length / 2);
    return [...(await importBatch(batch.slice(0, middle))), ...(await importBatch(batch.slice(middle)))];
  };
  /** @returns the error where Security Hub refuses the call's content; @throws by name where it is not about content */
  const send = async (batch: readonly ImportableFinding[]): Promise<ImportAnswer | Error> => {
    try {
      return await client.send(new BatchImportFindingsCommand({ Findings: batch as unknown as AwsSecurityFinding[] }));
    } catch (error) {
      if (failureKind(error) === "refused" && error instanceof Error) return error;
      throw named(error);
    }
  };
  return {
    findings: async (productArn, ids) => {
      const found: AwsSecurityFinding[] = [];
      for (const some of chunks(ids, IDS_PER_CALL)) {
        found.push(...(await findingsById(client, productArn, some)));
      }
      return found;
    },
    probe: async (productArn) => {
      await search(client, { ProductArn: [{ Value: productArn, Comparison: "EQUALS" }] }, { maxResults: 1 });
    },
    importFindings: async (findings) => {
      const failures: ImportFailure[] = [];
      for (const batch of batches(findings)) failures.push(...(await importBatch(batch)));
      return failures;
    },
    search: (filters, token) => search(client, filters, { token, maxResults: SEARCH_PAGE }),
    updateWorkflow: (updates) => updateWorkflow(client, updates),
  };
}

async function search(
  client: SecurityHubClient,
  Filters: AwsSecurityFindingFilters,
  { token, maxResults }: { readonly token?: string | undefined; readonly maxResults: number },
): Promise<FindingsPage> {
  try {
    const input = { Filters, MaxResults: maxResults, NextToken: token };
    const { Findings = [], NextToken = "" } = await client.send(new GetFindingsCommand(input));
    return { findings: Findings, ...(NextToken !== "" && { next: NextToken }) };
  } catch (error) {
    throw named(error);
  }
}

async function findingsById(client: SecurityHubClient, productArn: string, ids: readonly string[]) {
  const equals = (value: string) => ({ Value: value, Comparison: "EQUALS" as const });
  const Filters = { ProductArn: [equals(productArn)], Id: ids.map(equals) };
  try {
    return await allPages(async (token) => {
      const page = await client.send(new GetFindingsCommand({ Filters, MaxResults: 100, NextToken: token }));
      return { items: page.Findings, next: page.NextToken };
    });
  } catch (error) {
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
function checkAnswer(batch: readonly ImportableFinding[], answer: ImportAnswer): ImportFailure[] {
  const failures = (answer.FailedFindings ?? []).map(({ Id = "", ErrorCode = "", ErrorMessage = "" }) => ({
    id: Id,
    retryable: !CONTENT_ERRORS.has(ErrorCode),
    message: `${ErrorCode}: ${ErrorMessage}`,
  }));
  const denied = failures.find(({ message }) => message.startsWith("InvalidAccess"));
  if (denied !== undefined) throw new SecurityHubNotEnabled(denied.message);
  const accounted = (answer.SuccessCount ?? 0) + failures.length;
  if (accounted !== batch.length) {
    throw new SecurityHubUnavailable(`Security Hub accounts for ${accounted} of ${batch.length} findings sent to it`);
  }
  return failures;
}
