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
import { chunks } from "../runtime/chunks.ts";
import type { ImportableFinding } from "../finding/stored-finding.ts";
import { CALL_LIMITS } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";
import { equalsAny } from "./filters.ts";
import { importFindings, type Accepted, type ImportFailure } from "./import-findings.ts";
import { allItems } from "../systems-manager/pages.ts";
import { updateWorkflow, type UpdateFailure, type WorkflowUpdate } from "./workflow-update.ts";

/** What Publish needs of Security Hub. */
export interface SecurityHub {
  /** Findings of one product by Id, archived ones too. */
  findings(productArn: string, ids: readonly string[]): Promise<AwsSecurityFinding[]>;
  /** The cheapest read that tells whether Security Hub would take findings now; @throws by name where not. */
  probe(productArn: string): Promise<void>;
  /** Every finding is accepted or among the answers; @throws where a whole call failed. */
  importFindings(findings: readonly ImportableFinding[], accepted?: Accepted): Promise<ImportFailure[]>;
  /** One page of what fits the filters; `next` is the token of the following page. */
  search(filters: AwsSecurityFindingFilters, token?: string): Promise<FindingsPage>;
  /** Sets the workflow status of findings; @returns those that Security Hub did not process. */
  updateWorkflow(updates: readonly WorkflowUpdate[]): Promise<UpdateFailure[]>;
}

export interface FindingsPage {
  readonly findings: readonly AwsSecurityFinding[];
  readonly next?: string;
}

/** GetFindings takes 3 calls a second in an account and Region. */
const GET_FINDINGS_RATE = { limit: 3, interval: 1_000 } as const;
/** A filter takes 20 values. */
const IDS_PER_CALL = 20;
const PAGE_SIZE = 100;
/** Beyond these attempts the state machine waits longer than a function should. */
export const MAX_ATTEMPTS = 3;

export function securityHub(
  client = new SecurityHubClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS }),
): SecurityHub {
  const turn = pThrottle(GET_FINDINGS_RATE)(() => Promise.resolve());
  const onePage = async (input: GetFindingsCommandInput): Promise<FindingsPage> => {
    await turn();
    const { Findings = [], NextToken = "" } = await client.send(new GetFindingsCommand(input)).catch(rethrowNamed);
    return { findings: Findings, ...(NextToken !== "" && { next: NextToken }) };
  };
  return {
    findings: async (productArn, ids) => {
      const found: AwsSecurityFinding[] = [];
      for (const some of chunks(ids, IDS_PER_CALL)) {
        const Filters = { ProductArn: equalsAny(productArn), Id: equalsAny(...some) };
        const pages = paginateGetFindings({ client, pageSize: PAGE_SIZE }, { Filters });
        found.push(...(await allItems(paced(pages, turn), ({ Findings }) => Findings).catch(rethrowNamed)));
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

function rethrowNamed(error: unknown): never {
  throw toDomainError(error);
}
