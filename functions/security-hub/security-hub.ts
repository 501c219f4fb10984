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
import { CALL_LIMITS } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";
import { equalsAny } from "./filters.ts";
import { importFindings, type ImportFailure } from "./import-findings.ts";
import { allItems } from "../systems-manager/pages.ts";
import { updateWorkflow, type UpdateFailure, type WorkflowUpdate } from "./workflow-update.ts";

/** The Security Hub operations that the program uses. */
export interface SecurityHub {
  /** Returns findings of one product by Id, archived ones included. */
  findings(productArn: string, ids: readonly string[]): Promise<AwsSecurityFinding[]>;
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
export const MAX_CALL_ATTEMPTS = 3;

/**
 * Returns a client for Security Hub, paced for GetFindings.
 *
 * @example
 * const stored = await securityHub().findings(productArn(scope), [findingId(scope, nodeId)]);
 */
export function securityHub(
  client = new SecurityHubClient({ ...CALL_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
): SecurityHub {
  const turn = pThrottle(GET_FINDINGS_RATE)(() => Promise.resolve());
  const onePage = async (input: GetFindingsCommandInput): Promise<FindingsPage> => {
    await turn();
    const { Findings = [], NextToken = "" } = await client.send(new GetFindingsCommand(input)).catch(throwDomainError);
    return { findings: Findings, ...(NextToken !== "" && { next: NextToken }) };
  };
  return {
    findings: async (productArn, ids) => {
      const found: AwsSecurityFinding[] = [];
      for (const batch of chunks(ids, IDS_PER_CALL)) {
        const Filters = { ProductArn: equalsAny(productArn), Id: equalsAny(...batch) };
        const pages = paginateGetFindings({ client, pageSize: PAGE_SIZE }, { Filters });
        found.push(...(await allItems(paced(pages, turn), ({ Findings }) => Findings).catch(throwDomainError)));
      }
      return found;
    },
    probe: async (productArn) => {
      await onePage({ Filters: { ProductArn: equalsAny(productArn) }, MaxResults: 1 });
    },
    importFindings: (findings, accepted) => importFindings(client, findings, accepted),
    search: (Filters, NextToken) => onePage({ Filters, MaxResults: PAGE_SIZE, NextToken }),
    updateWorkflow: (updates) => updateWorkflow(client, updates),
  };
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
