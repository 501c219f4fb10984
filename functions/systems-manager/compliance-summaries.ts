import {
  paginateListResourceComplianceSummaries,
  type ResourceComplianceSummaryItem,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { chunks } from "../runtime/chunks.ts";
import { failureKind } from "../runtime/failure.ts";
import { COMPLIANCE_TYPES, equals, type ComplianceType } from "./compliance-filters.ts";
import { allItems } from "./pages.ts";

/**
 * What the compliance summaries say about one node, by compliance type. A summary may lag behind the items that it
 * counts: it saves reads, and it proves nothing.
 */
export type NodeSummary = Readonly<Partial<Record<ComplianceType, "compliant" | "noncompliant">>>;

/**
 * The ways to ask, the cheapest first: both types in one call, one type per call, not at all. The user guide shows one
 * value per filter ("Viewing patch compliance results"). Whether a filter takes several values is not documented.
 */
const WAYS: readonly (readonly (readonly ComplianceType[])[])[] = [
  [COMPLIANCE_TYPES],
  COMPLIANCE_TYPES.map((type) => [type]),
  [],
];

/** A filter takes 20 values (API reference, "ComplianceStringFilter"). */
const IDS_PER_CALL = 20;
const PAGE = 50;
/**
 * The pages of one call that are read. One is enough if Systems Manager filters before it cuts pages. If it cuts pages
 * first, reading the summaries of the whole account would cost more than the items.
 */
const MAX_PAGES = 4;

/** Systems Manager does not filter summaries in a way that saves calls. */
class NotSelective extends Error {
  override readonly name = "NotSelective";
}

/**
 * Returns a function that reads the compliance summaries of nodes. If Systems Manager refuses the filters, it asks in the
 * next way, and remembers that: the functions of one execution environment ask only once in vain.
 *
 * @param onRefused is called each time that a way to ask is given up
 * @returns the summaries of the nodes that have any. A node that is missing must be read itself
 * @throws any other error of a call
 * @example
 * const summaries = await summaryReader(client, () => undefined)(["i-0123456789abcdef0"]);
 */
export function summaryReader(client: SSMClient, onRefused: () => void) {
  let way = 0;
  return async (nodeIds: readonly string[]): Promise<ReadonlyMap<string, NodeSummary>> => {
    for (;;) {
      const asked = WAYS[way] ?? [];
      try {
        const batches = chunks(nodeIds, IDS_PER_CALL).flatMap((ids) => asked.map((types) => ({ ids, types })));
        const items = await Promise.all(batches.map(({ ids, types }) => readPages(client, ids, types)));
        return byNode(items.flat(), new Set(nodeIds));
      } catch (error) {
        if (!(error instanceof NotSelective) && failureKind(error) !== "refused") throw error;
        way = error instanceof NotSelective ? WAYS.length : way + 1;
        onRefused();
      }
    }
  };
}

function readPages(client: SSMClient, ids: readonly string[], types: readonly ComplianceType[]) {
  const Filters = [equals("ComplianceType", ...types), equals("InstanceId", ...ids)];
  const pages = paginateListResourceComplianceSummaries({ client, pageSize: PAGE }, { Filters });
  return allItems(atMost(MAX_PAGES, pages), (page) => page.ResourceComplianceSummaryItems);
}

/** Yields pages, and throws if there are more than so many. */
async function* atMost<Page>(most: number, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  let read = 0;
  for await (const page of pages) {
    if (read++ === most) throw new NotSelective(`more than ${most} pages for one filter`);
    yield page;
  }
}

function byNode(items: readonly ResourceComplianceSummaryItem[], asked: ReadonlySet<string>): Map<string, NodeSummary> {
  const summaries = new Map<string, NodeSummary>();
  for (const item of items) {
    const { ResourceId = "", ComplianceType } = item;
    const type = COMPLIANCE_TYPES.find((known) => known === ComplianceType);
    if (type === undefined || !asked.has(ResourceId)) continue;
    const known = summaries.get(ResourceId);
    const status = known?.[type] === "noncompliant" ? "noncompliant" : statusOf(item);
    summaries.set(ResourceId, { ...known, [type]: status });
  }
  return summaries;
}

/** Anything but a clear "compliant" counts as noncompliant: the items then decide. */
function statusOf({ Status, NonCompliantSummary }: ResourceComplianceSummaryItem): "compliant" | "noncompliant" {
  return Status === "COMPLIANT" && !NonCompliantSummary?.NonCompliantCount ? "compliant" : "noncompliant";
}
