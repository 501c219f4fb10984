import {
  GetFindingsCommand,
  SecurityHubClient,
  paginateGetFindings,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  type GetFindingsCommandInput,
  type GetFindingsCommandOutput,
} from "@aws-sdk/client-securityhub";
import pThrottle from "p-throttle";
import type { Accepted } from "../finding/destination.ts";
import { chunks } from "../runtime/chunks.ts";
import type { ImportableFinding } from "./asff/stored-finding.ts";
import { failureKind, SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";
import { equalsAny, startsWithAny } from "./filters.ts";
import { importFindings, type ImportFailure } from "./import-findings.ts";
import { allItems } from "../systems-manager/pages.ts";
import { updateWorkflow, type UpdateFailure, type WorkflowUpdate } from "./workflow-update.ts";

/** The Security Hub operations that the program uses. */
export interface SecurityHub {
  /** Returns findings of one product by Id, archived ones included. */
  findings(productArn: string, ids: readonly string[]): Promise<AwsSecurityFinding[]>;
  /**
   * Returns all findings of one product whose Id is one of these, or begins with one of these and a slash. Archived ones
   * are included.
   */
  findingsUnder(productArn: string, ids: readonly string[]): Promise<AwsSecurityFinding[]>;
  /** Checks with one small read whether Security Hub is available. Throws a domain error if it is not. */
  probe(productArn: string): Promise<void>;
  /** Imports findings and returns those that were not accepted. Throws a domain error if a whole call failed. */
  importFindings(findings: readonly ImportableFinding[], accepted?: Accepted): Promise<ImportFailure[]>;
  /** Returns one page of the findings that match the filters. */
  search(filters: AwsSecurityFindingFilters, token?: string): Promise<FindingsPage>;
  /** Sets the workflow status of findings and returns those that Security Hub did not process. */
  updateWorkflow(updates: readonly WorkflowUpdate[]): Promise<UpdateFailure[]>;
}

export interface FindingsPage {
  readonly findings: readonly AwsSecurityFinding[];
  /** Token of the next page. Absent on the last page. */
  readonly next?: string;
}

/** GetFindings accepts 3 calls a second per account and Region (user guide, "Quotas"). */
const GET_FINDINGS_RATE = { limit: 3, interval: 1_000 } as const;
/** A filter takes 20 values (API reference, "GetFindings"). */
const IDS_PER_CALL = 20;
const PAGE_SIZE = 100;
/** Attempts of the SDK per call. The state machine retries after that, with longer waits. */
export const MAX_CALL_ATTEMPTS = 6;
/**
 * How often a read is repeated that is throttled after others have succeeded, and the milliseconds before it. A retry of the
 * state machine would repeat the others too.
 */
const PATIENT_READS = 2;
const PATIENT_PAUSE_MS = 10_000;

/**
 * Returns a client for Security Hub, paced for GetFindings.
 *
 * @param pause waits before a throttled read is repeated; without it, reads are not repeated
 * @example
 * const stored = await securityHub().findings(productArn(scope), [findingId(scope, nodeId)]);
 */
export function securityHub(
  client = new SecurityHubClient({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
  pause?: (milliseconds: number) => Promise<void>,
): SecurityHub {
  const turn = pThrottle(GET_FINDINGS_RATE)(() => Promise.resolve());
  const onePage = async (input: GetFindingsCommandInput): Promise<FindingsPage> => {
    await turn();
    const { Findings = [], NextToken = "" } = await client.send(new GetFindingsCommand(input)).catch(throwDomainError);
    return { findings: Findings, ...(NextToken !== "" && { next: NextToken }) };
  };
  const withIds = async (productArn: string, values: readonly string[], by: typeof equalsAny) => {
    const found: AwsSecurityFinding[] = [];
    const read = (batch: readonly string[]) => {
      const Filters = { ProductArn: equalsAny(productArn), Id: by(...batch) };
      const pages = paginateGetFindings({ client, pageSize: PAGE_SIZE }, { Filters });
      return allItems(paced(pages, turn), ({ Findings }) => Findings).catch(throwDomainError);
    };
    for (const [index, batch] of chunks(values, IDS_PER_CALL).entries()) {
      found.push(...(await patiently(() => read(batch), index === 0 ? undefined : pause)));
    }
    return found;
  };
  return {
    findings: (productArn, ids) => withIds(productArn, ids, equalsAny),
    findingsUnder: async (productArn, ids) => {
      const found = await withIds(productArn, ids, startsWithAny);
      // A prefix also matches longer ids: i-12345678 begins i-12345678901234567.
      const wanted = new Set(ids);
      return found.filter(({ Id = "" }) => wanted.has(Id) || wanted.has(Id.slice(0, Id.lastIndexOf("/"))));
    },
    probe: async (productArn) => {
      await onePage({ Filters: { ProductArn: equalsAny(productArn) }, MaxResults: 1 });
    },
    importFindings: (findings, accepted) => importFindings(client, findings, accepted),
    search: (Filters, NextToken) => onePage({ Filters, MaxResults: PAGE_SIZE, NextToken }),
    updateWorkflow: (updates) => updateWorkflow(client, updates),
  };
}

/** Repeats a throttled read, if it may pause. */
async function patiently<Answer>(
  read: () => Promise<Answer>,
  pause: ((milliseconds: number) => Promise<void>) | undefined,
): Promise<Answer> {
  for (let left = PATIENT_READS; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      if (pause === undefined || left === 0 || failureKind(error) !== "throttled") throw error;
      await pause(PATIENT_PAUSE_MS);
    }
  }
}

/** Waits for a turn before each request that a paginator is about to send. */
async function* paced(pages: AsyncIterable<GetFindingsCommandOutput>, turn: () => Promise<void>) {
  await turn();
  for await (const page of pages) {
    yield page;
    if (page.NextToken) await turn();
  }
}

function throwDomainError(error: unknown): never {
  throw toDomainError(error);
}
