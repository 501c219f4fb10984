/** Checks of how Systems Manager filters and pages lists. */
import {
  DescribeInstanceInformationCommand,
  ListResourceComplianceSummariesCommand,
  type ComplianceItem,
  type ResourceComplianceSummaryItem,
} from "@aws-sdk/client-ssm";
import { counted } from "../../contract/counted.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { failureKind } from "../../functions/runtime/failure.ts";
import { COMPLIANCE_TYPES, equals } from "../../functions/systems-manager/compliance-filters.ts";
import { asAssumed, differs, notSeen, type Observation } from "./fact.ts";
import { itemPages, patchStates, readSummaries, type Pages, type Samples } from "./samples.ts";

/** Items per page of the reads that show how pages are cut. Small, so that a few items already fill several pages. */
const SMALL_PAGE = 5;
const MAX_SMALL_PAGES = 20;
const MAX_NODES_TRIED = 5;
const MAX_FILTER_VALUES = 20;
/** Well-formed, and no real instance: no Region gives out this id. */
const UNKNOWN_NODE = "i-00000000000000000";

/** Judges how pages are cut. @param all all items of the node, in the order of the service */
export function judgePages(
  all: readonly ComplianceItem[],
  { pages, more }: Pages<ComplianceItem>,
  matches: (item: ComplianceItem) => boolean,
): Observation {
  const sizes = pages.map((page) => page.length);
  const others = pages.flat().filter((item) => !matches(item)).length;
  if (others > 0) return differs(`${counted(others, "item")} did not match the filter`);
  const full = more ? sizes : sizes.slice(0, -1);
  const short = full.find((size) => size < SMALL_PAGE);
  if (short !== undefined) {
    return differs(
      `a page had ${short} of ${SMALL_PAGE} items although more pages followed: pages are cut, then filtered`,
    );
  }
  const matching = sizes.reduce((sum, size) => sum + size, 0);
  if (matching === 0) return notSeen("no item matches the filter");
  const ifCutFirst = chunks(all, SMALL_PAGE).map((page) => page.filter(matches).length);
  const looksTheSame = sizes.every((size, index) => size === ifCutFirst[index]) && sizes.length === ifCutFirst.length;
  if (looksTheSame) return notSeen(`${counted(all.length, "item")}: both readings give the same pages`);
  return asAssumed(
    `${counted(matching, "matching item")} in ${counted(sizes.length, "page")}, none short but the last; ${all.length} sampled`,
  );
}

export async function checkStatusFilter(samples: Samples): Promise<Observation> {
  let last = notSeen("no sampled node is noncompliant");
  for (const [nodeId, all] of await noncompliantNodes(samples)) {
    const filtered = await itemPages(samples.account, nodeId, [equals("Status", "NON_COMPLIANT")], {
      size: SMALL_PAGE,
      most: MAX_SMALL_PAGES,
    });
    last = judgePages(all, filtered, ({ Status }) => Status === "NON_COMPLIANT");
    if (last.verdict !== "not seen") return last;
  }
  return last;
}

/** The noncompliant items of a node may all be beyond the sample, so the summaries choose the nodes. */
async function noncompliantNodes({ items, noncompliant }: Samples): Promise<[string, readonly ComplianceItem[]][]> {
  const ids = new Set(idsOf(await noncompliant()));
  return [...(await items())].filter(([nodeId]) => ids.has(nodeId)).slice(0, MAX_NODES_TRIED);
}

export async function checkTypeFilter({ account, items }: Samples): Promise<Observation> {
  for (const [nodeId, all] of await items()) {
    const isPatch = ({ ComplianceType }: ComplianceItem) => ComplianceType === "Patch";
    const [first] = all;
    if (first === undefined || isPatch(first) || !all.some(isPatch)) continue;
    const { pages } = await itemPages(account, nodeId, [equals("ComplianceType", "Patch")], { size: 1, most: 1 });
    const found = pages.flat();
    if (found.some((item) => !isPatch(item))) return differs("an item of another compliance type came back");
    if (found.length === 0) return differs("the first page was empty although the node has Patch items");
    return asAssumed("the first page had a Patch item although the node's first item is of another type");
  }
  return notSeen("no sampled node has items of another type before its Patch items");
}

/** Returns the answer to a filter, or undefined if Systems Manager refuses it. */
async function summariesOrRefusal({ account }: Samples, types: readonly string[], ids: readonly string[]) {
  const Filters = [equals("ComplianceType", ...types), ...(ids.length > 0 ? [equals("InstanceId", ...ids)] : [])];
  try {
    const command = new ListResourceComplianceSummariesCommand({ Filters, MaxResults: 50 });
    const { ResourceComplianceSummaryItems = [], NextToken = "" } = await account.clients.ssm.send(command);
    return { items: ResourceComplianceSummaryItems, more: NextToken !== "" };
  } catch (error) {
    if (failureKind(error) === "refused") return undefined;
    throw error;
  }
}

const idsOf = (items: readonly ResourceComplianceSummaryItem[]): string[] => [
  ...new Set(items.flatMap(({ ResourceId }) => ResourceId ?? [])),
];

/** Returns up to 20 nodes: those with a summary of their patches first. */
async function askedNodes({ summaries, nodes }: Samples): Promise<{ ids: string[]; withSummary: Set<string> }> {
  const withSummary = idsOf((await summaries()).filter(({ ComplianceType }) => ComplianceType === "Patch"));
  const listed = (await nodes()).flatMap(({ InstanceId }) => InstanceId ?? []);
  const ids = [...new Set([...withSummary, ...listed])].slice(0, MAX_FILTER_VALUES);
  return { ids, withSummary: new Set(withSummary.filter((id) => ids.includes(id))) };
}

export async function checkManyIds(samples: Samples): Promise<Observation> {
  const { ids, withSummary } = await askedNodes(samples);
  if (withSummary.size < 2) return notSeen("fewer than 2 nodes have a summary of their patches");
  const answer = await summariesOrRefusal(samples, ["Patch"], ids);
  if (answer === undefined) return differs(`a filter with ${ids.length} ids was refused`);
  const found = new Set(idsOf(answer.items));
  const missing = [...withSummary].filter((id) => !found.has(id)).length;
  if (missing > 0 && !answer.more) return differs(`${missing} of ${withSummary.size} summaries did not come back`);
  const others = [...found].filter((id) => !ids.includes(id)).length;
  if (others > 0)
    return differs(`${counted(others, "summary", "summaries")} of nodes that were not asked for came back`);
  if (missing > 0) return notSeen("the summaries did not all fit the first page");
  return asAssumed(`a filter with ${ids.length} ids returned all ${withSummary.size} summaries`);
}

export async function checkOnePage(samples: Samples): Promise<Observation> {
  const { ids, withSummary } = await askedNodes(samples);
  if (withSummary.size === 0) return notSeen("no node has a summary of its patches");
  const [one = ""] = withSummary;
  const asked = ids.length > 1 ? ids : [one];
  const answer = await summariesOrRefusal(samples, ["Patch"], asked);
  if (answer === undefined) return notSeen("the filter was refused");
  if (answer.more) return differs(`${answer.items.length} summaries of ${asked.length} nodes, and more pages follow`);
  return asAssumed(`one page for ${counted(asked.length, "node")}`);
}

export async function checkBothTypes(samples: Samples): Promise<Observation> {
  const all = await samples.summaries();
  const idsWith = (type: string) => idsOf(all.filter(({ ComplianceType }) => ComplianceType === type));
  const patch = new Set(idsWith("Patch"));
  const both = idsWith("Association").filter((id) => patch.has(id));
  if (both.length === 0) return notSeen("no sampled node has summaries of both types");
  const asked = both.slice(0, MAX_FILTER_VALUES);
  const answer = await summariesOrRefusal(samples, COMPLIANCE_TYPES, asked.slice(0, 1));
  if (answer === undefined) return differs("a filter with both types was refused");
  const types = new Set(answer.items.map(({ ComplianceType }) => ComplianceType));
  const missing = COMPLIANCE_TYPES.filter((type) => !types.has(type));
  if (missing.length > 0)
    return differs(`the filter with both types returned no summary of type ${missing.join(", ")}`);
  return asAssumed("a filter with both types returned summaries of both");
}

export async function checkNoncompliantSummaries({ account, noncompliant }: Samples): Promise<Observation> {
  const found = await noncompliant();
  const wrong = found.filter(({ Status }) => Status !== "NON_COMPLIANT").length;
  if (wrong > 0) return differs(`${wrong} of ${found.length} summaries were not NON_COMPLIANT`);
  if (found.length === 0) return notSeen("no summary is NON_COMPLIANT");
  try {
    const filters = [equals("Status", "NON_COMPLIANT"), equals("ComplianceType", ...COMPLIANCE_TYPES)];
    const both = await readSummaries(account, filters);
    const expected = new Set(found.map(({ ComplianceType }) => ComplianceType));
    const types = new Set(both.map(({ ComplianceType }) => ComplianceType));
    const missing = COMPLIANCE_TYPES.filter((type) => expected.has(type) && !types.has(type));
    if (missing.length > 0) return differs(`with both types, no summary of type ${missing.join(", ")} came back`);
    if (COMPLIANCE_TYPES.some((type) => !expected.has(type))) return notSeen("only one type is NON_COMPLIANT");
    return asAssumed("Status and both types in one call returned both");
  } catch (error) {
    if (failureKind(error) === "refused") return differs("Status with both types was refused");
    throw error;
  }
}

export async function checkUnknownStates({ account, states }: Samples): Promise<Observation> {
  const [known] = (await states()).flatMap(({ InstanceId }) => InstanceId ?? []);
  const asked = [...(known === undefined ? [] : [known]), UNKNOWN_NODE];
  try {
    const found = await patchStates(account, asked);
    const unknown = found.filter(({ InstanceId }) => InstanceId === UNKNOWN_NODE).length;
    if (unknown > 0) return differs("a node that does not exist has a patch state", false);
    if (known !== undefined && found.length === 0) return differs("the known node was left out too", false);
    return asAssumed(`the unknown id was left out${known === undefined ? "; no known node to ask with it" : ""}`);
  } catch (error) {
    if (failureKind(error) !== "refused") throw error;
    return refusedId(error);
  }
}

export async function checkUnknownNode({ account }: Samples): Promise<Observation> {
  const Filters = [{ Key: "InstanceIds", Values: [UNKNOWN_NODE] }];
  try {
    const command = new DescribeInstanceInformationCommand({ Filters, MaxResults: 5 });
    const { InstanceInformationList = [] } = await account.clients.ssm.send(command);
    if (InstanceInformationList.length > 0) return differs("nodes came back for an id that does not exist", false);
    return asAssumed("the unknown id was left out");
  } catch (error) {
    if (failureKind(error) !== "refused") throw error;
    return refusedId(error);
  }
}

/** Only InvalidInstanceId counts as "no data" (functions/runtime/bisect.ts). */
function refusedId(error: unknown): Observation {
  const isKnown = error instanceof Error && error.name === "InvalidInstanceId";
  return differs(isKnown ? "the call was refused as InvalidInstanceId" : "the call was refused", isKnown);
}
