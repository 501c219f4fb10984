import type { ComplianceItem, InstancePatchState } from "@aws-sdk/client-ssm";
import pLimit from "p-limit";
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { exceptionsFor, type Exceptions } from "../compliance/exceptions.ts";
import type { NodeFacts } from "../compliance/node-conditions.ts";
import { nodeFacts } from "../compliance/node-facts.ts";
import { policiesHash } from "../compliance/severity.ts";
import { patchDocument, writesAssociation, type NodeReference } from "../work/node-reference.ts";
import { fitReading } from "../compliance/shorten-to-budget.ts";
import { compareContent } from "../runtime/order.ts";
import {
  associationSource,
  inventorySource,
  isoTime,
  patchSource,
  patchSourceFromRows,
} from "../compliance/patch-source.ts";
import { countsAny, EC2_BUDGET, NODE_BUDGET, type NodeReading, type SourceReading } from "../compliance/reading.ts";
import { decisiveSources, isOutdated } from "../compliance/sources.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { toDomainError } from "./failure.ts";
import { readBisecting } from "../runtime/bisect.ts";
import type { NodeSummary } from "./compliance-summaries.ts";
import { describeNode } from "./describe-node.ts";
import { readTagMatches } from "../resource-tags/read-tag-matches.ts";
import { isSpared, mayBeSpared } from "./spared-reads.ts";
import type { PatchData } from "./systems-manager.ts";

/** Concurrent reads per execution. AWS does not publish the rates of these APIs. The SDK slows down when throttled. */
const CONCURRENCY = 5;
const MAX_UNREAD_BYTES = 200;

/**
 * Reads the patch compliance of nodes from Systems Manager, and the tags that the policies name.
 *
 * @param references at most 50, each of another node
 * @param now the clock. A reading has the time before its first call, so it never seems newer than it is
 * @param onFailure receives the error of each node that could not be read
 * @param policies whose exceptions accept patches. They are applied here, because only the whole list of rows tells which
 * patches are accepted; the reading has a part of it
 * @returns one reading per reference. If the reads of one node fail, its reading is marked `unread`
 * @throws {SystemsManagerThrottled | SystemsManagerUnavailable | SystemsManagerDenied} if no node could be read
 * @example
 * const readings = await readNodes([{ nodeId: "i-0123456789abcdef0", attempts: 0 }], systemsManager(), () => new Date());
 */
export async function readNodes(
  references: readonly NodeReference[],
  data: PatchData,
  now: () => Date,
  onFailure: (error: unknown) => void = () => undefined,
  policies: Policies = DEFAULT_POLICIES,
): Promise<NodeReading[]> {
  const readAt = now().toISOString();
  const { exceptionsOf, applied } = applying(policies, readAt);
  const nodeIds = references.map(({ nodeId }) => nodeId);
  const refused = new Map<string, unknown>();
  const { states, nodes, tagMatchesOf } = await readTogether(nodeIds, data, policies, refused);
  const stateOf = new Map(states.map((state) => [state.InstanceId, state]));
  const nodeOf = new Map(nodes.map((node) => [node.InstanceId, node]));
  const sparable = references.filter((reference) => mayBeSpared(reference, stateOf.get(reference.nodeId)));
  const { summaries, failure } = await readSummaries(sparable, data, refused);
  const failures: unknown[] = [];
  const limit = pLimit(CONCURRENCY);
  const readings = await Promise.all(
    references.map((reference) =>
      limit(async (): Promise<NodeReading> => {
        const { nodeId } = reference;
        const head = { nodeId, ...applied, ...describeNode(nodeOf.get(nodeId)), ...tagMatchesOf(nodeId) };
        try {
          if (refused.has(nodeId)) throw refused.get(nodeId) as Error;
          const state = stateOf.get(nodeId);
          const spared = state !== undefined && isSpared(state, summaries.get(nodeId), readAt);
          const exceptions = exceptionsOf(factsOf(head, state));
          const sources = spared ? unreadItems(state) : await readSources(reference, state, data, readAt, exceptions);
          const reading = { ...head, ...sources, ...acceptedBy(exceptions) };
          return fitReading(reading, NODE_BUDGET - jsonBytes(reference) - EC2_BUDGET);
        } catch (error) {
          failures.push(error);
          return { ...head, sources: [], ...unread(error) };
        }
      }),
    ),
  );
  if (failures.length === references.length) throwIfServiceFailed(failures);
  for (const error of failure === undefined ? failures : [failure, ...failures]) onFailure(error);
  return readings;
}

/** Reads what one call returns for many nodes. A tag read that fails must not make nodes look like nodes without tags. */
async function readTogether(
  nodeIds: readonly string[],
  data: PatchData,
  policies: Policies,
  refused: Map<string, unknown>,
) {
  const [states, nodes, tagMatchesOf] = await Promise.all([
    readBisecting(nodeIds, (ids) => data.patchStates(ids), refused),
    readBisecting(nodeIds, (ids) => data.nodes(ids), refused),
    readTagMatches(nodeIds, { read: data.tags, policies, refused }),
  ]).catch(throwDomainError);
  return { states, nodes, tagMatchesOf };
}

/**
 * Reads the summaries. Summaries only save calls: if they cannot be read, the items are. If they are throttled, more calls
 * would not help, so the nodes that they would spare come back later.
 */
async function readSummaries(references: readonly NodeReference[], data: PatchData, refused: Map<string, unknown>) {
  const nodeIds = references.map(({ nodeId }) => nodeId);
  try {
    return { summaries: nodeIds.length === 0 ? new Map<string, NodeSummary>() : await data.summaries(nodeIds) };
  } catch (error) {
    if (failureKind(error) === "throttled") for (const nodeId of nodeIds) refused.set(nodeId, error);
    return { summaries: new Map<string, NodeSummary>(), failure: error };
  }
}

/** Returns the exceptions by node, and what each reading says about the policies. */
function applying(policies: Policies, readAt: string) {
  const hash = policies === DEFAULT_POLICIES ? {} : { policies: policiesHash(policies) };
  return { exceptionsOf: exceptionsFor(policies, readAt), applied: { readAt, ...hash } };
}

/** If the reads of all nodes failed because of the service, the whole state fails and is retried. */
function throwIfServiceFailed(failures: readonly unknown[]): void {
  if (failures.length > 0 && failures.every(isServiceFailure)) throwDomainError(failures[0]);
}

/** The patch group is in the patch state. */
function factsOf(head: Omit<NodeReading, "sources">, state: InstancePatchState | undefined): NodeFacts {
  return nodeFacts({ ...head, sources: state === undefined ? [] : [patchSource({ ...state }, [], false)] });
}

function acceptedBy({ wholeNode }: Exceptions): Pick<NodeReading, "acceptedBy"> {
  return wholeNode === undefined ? {} : { acceptedBy: wholeNode };
}

/** Returns the reading of a node whose items were spared: the counts of its patch state. */
function unreadItems(state: InstancePatchState): Pick<NodeReading, "sources" | "summarized"> {
  return { sources: [patchSource({ ...state }, [], false)], summarized: true };
}

type Sources = Pick<NodeReading, "sources" | "malformed">;

async function readSources(
  reference: NodeReference,
  state: InstancePatchState | undefined,
  data: PatchData,
  readAt: string,
  exceptions: Exceptions,
): Promise<Sources> {
  const { nodeId } = reference;
  // A patch state has the counts, so only noncompliant items are needed. Without one, all items are.
  const items = await complianceItems(data, nodeId, state === undefined ? {} : { status: "NON_COMPLIANT" });
  const patch = await readPatch(nodeId, state, items.filter(isPatchRow), data, exceptions);
  const isAssociationAwaited = reference.associationRun !== undefined || reference.readAssociations === true;
  const isOld = patch !== undefined && isOutdated(patch, readAt);
  const needsAllAssociations = state !== undefined && (isAssociationAwaited || isOld);
  const associationRows = needsAllAssociations
    ? await complianceItems(data, nodeId, { complianceType: "Association" })
    : items;
  const { sources: associations, malformed } = readAssociations(associationRows.filter(isPatchAssociationRow), readAt);
  const needsInventory = patch === undefined && (associations.length === 0 || reference.patchRun !== undefined);
  const inventory = needsInventory ? await readInventory(nodeId, data, exceptions) : undefined;
  const sources = [patch, ...associations, inventory].filter((source) => source !== undefined);
  return { sources, ...(malformed !== undefined && { malformed }) };
}

/** Reads compliance items. A node that Systems Manager does not know has none; that is not a failure. */
async function complianceItems(data: PatchData, nodeId: string, filter: Parameters<PatchData["complianceItems"]>[1]) {
  try {
    return await data.complianceItems(nodeId, filter);
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidResourceId") return [];
    throw error;
  }
}

async function readPatch(
  nodeId: string,
  state: InstancePatchState | undefined,
  rows: readonly ComplianceItem[],
  data: PatchData,
  exceptions: Exceptions,
): Promise<SourceReading | undefined> {
  if (state === undefined) return rows.length === 0 ? undefined : patchSourceFromRows(rows, exceptions);
  const fields = { ...state };
  if (rows.length > 0) return patchSource(fields, rows, true, exceptions);
  const countsOnly = patchSource(fields, rows, false);
  if (!countsAny(countsOnly.counts)) return countsOnly;
  // The counts say noncompliant, and no row does. If the node has other rows, rows and counts contradict each other.
  const hasRows = await data.hasComplianceItems(nodeId, { complianceType: "Patch" });
  return patchSource(fields, rows, hasRows);
}

function isPatchRow({ ComplianceType }: ComplianceItem): boolean {
  return ComplianceType === "Patch";
}

/** Returns whether the item is of an association that patches. All associations share one compliance type. */
function isPatchAssociationRow({ ComplianceType, Details }: ComplianceItem): boolean {
  const document = patchDocument(Details?.["DocumentName"]);
  return ComplianceType === "Association" && document !== undefined && writesAssociation(document);
}

function readAssociations(rows: readonly ComplianceItem[], readAt: string): Sources {
  const sources: SourceReading[] = [];
  let malformed: string | undefined;
  for (const row of rows.toSorted(compareContent)) {
    try {
      const source = associationSource(row);
      if (source !== undefined) sources.push(source);
    } catch (error) {
      malformed = cleanText(
        `DetailedText of association ${row.Id ?? "?"}: ${describeFailure(error)}`,
        MAX_UNREAD_BYTES,
      );
    }
  }
  return { sources: decisiveSources(sources, readAt), ...(malformed !== undefined && { malformed }) };
}

async function readInventory(
  nodeId: string,
  data: PatchData,
  exceptions: Exceptions,
): Promise<SourceReading | undefined> {
  try {
    const [summary] = (await data.inventory(nodeId, "AWS:PatchSummary")).toSorted(compareContent);
    if (summary === undefined || isoTime(summary["OperationEndTime"]) === undefined) return undefined;
    return inventorySource(summary, await data.inventory(nodeId, "AWS:PatchCompliance"), exceptions);
  } catch (error) {
    if (error instanceof Error && NOT_IN_INVENTORY.has(error.name)) return undefined;
    throw error;
  }
}
const NOT_IN_INVENTORY = new Set(["InvalidInstanceId", "InvalidTypeNameException"]);

function unread(error: unknown): Pick<NodeReading, "unread" | "transient" | "throttled"> {
  return {
    unread: cleanText(describeFailure(error), MAX_UNREAD_BYTES) ?? "unknown",
    transient: isServiceFailure(error),
    ...(failureKind(error) === "throttled" && { throttled: true }),
  };
}

/** Returns whether the service failed, or denied the read, so that nothing is wrong with the node. */
function isServiceFailure(error: unknown): boolean {
  const kind = failureKind(error);
  return kind !== "refused" && kind !== "defect";
}

function throwDomainError(error: unknown): never {
  throw toDomainError(error);
}
