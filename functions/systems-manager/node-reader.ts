import type { ComplianceItem, InstanceInformation, InstancePatchState } from "@aws-sdk/client-ssm";
import pLimit from "p-limit";
import { patchDocument, writesAssociation, type NodeReference } from "../work/node-reference.ts";
import { fitReading } from "../compliance/node-share.ts";
import { compareContent } from "../runtime/order.ts";
import {
  associationSource,
  inventorySource,
  isoTime,
  patchSource,
  patchSourceFromRows,
} from "../compliance/patch-source.ts";
import {
  countsAny,
  EC2_BUDGET,
  NODE_BUDGET,
  type NodeDescription,
  type NodeReading,
  type SourceReading,
} from "../compliance/reading.ts";
import { CURRENT_MS, decisiveSources, endTime } from "../compliance/sources.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import { namedSystemsManager } from "./failure.ts";
import { inHalves } from "../runtime/bisect.ts";
import type { PatchData } from "./systems-manager.ts";

/** Reads of one execution under way at once. The rates of these APIs are not published; the SDK slows down by itself. */
const CONCURRENCY = 5;
const MAX_DESCRIPTION_BYTES = 64;
/** 255 characters of any script: people filter by it. */
const MAX_COMPUTER_NAME_BYTES = 1_020;
const MAX_UNREAD_BYTES = 200;

/**
 * Reads what Systems Manager knows about the patch compliance of these nodes.
 *
 * @param failed gets the error of each node that could not be read
 * @param now the clock; a reading is dated before its first call, so that it never claims to be newer than it is
 * @returns one reading per reference; a node whose own reads failed is marked unread, the others are not held up
 * @throws {SystemsManagerThrottled | SystemsManagerUnavailable | SystemsManagerDenied} where no node could be read
 */
export async function readNodes(
  references: readonly NodeReference[],
  data: PatchData,
  now: () => Date,
  failed: (error: unknown) => void = () => undefined,
): Promise<NodeReading[]> {
  const readAt = now().toISOString();
  const nodeIds = references.map(({ nodeId }) => nodeId);
  const refused = new Map<string, unknown>();
  const [states, nodes] = await Promise.all([
    inHalves(nodeIds, (ids) => data.patchStates(ids), refused),
    inHalves(nodeIds, (ids) => data.nodes(ids), refused),
  ]).catch(rethrowNamed);
  const stateOf = new Map(states.map((state) => [state.InstanceId, state]));
  const nodeOf = new Map(nodes.map((node) => [node.InstanceId, node]));
  const failures: unknown[] = [];
  const limit = pLimit(CONCURRENCY);
  const readings = await Promise.all(
    references.map((reference) =>
      limit(async (): Promise<NodeReading> => {
        const { nodeId } = reference;
        const head = { nodeId, readAt, ...describeNode(nodeOf.get(nodeId)) };
        try {
          if (refused.has(nodeId)) throw refused.get(nodeId) as Error;
          const reading = { ...head, ...(await readSources(reference, stateOf.get(nodeId), data, readAt)) };
          return fitReading(reading, NODE_BUDGET - jsonBytes(reference) - EC2_BUDGET);
        } catch (error) {
          failures.push(error);
          return { ...head, sources: [], ...unread(error) };
        }
      }),
    ),
  );
  // Where nothing could be read it is not about single nodes; unless they failed by themselves, one by one.
  const passed = failures.length < Math.max(references.length, 1) || failures.some((error) => !passes(error));
  if (!passed) rethrowNamed(failures[0]);
  for (const error of failures) failed(error);
  return readings;
}

type Sources = Pick<NodeReading, "sources" | "malformed">;

async function readSources(
  reference: NodeReference,
  state: InstancePatchState | undefined,
  data: PatchData,
  readAt: string,
): Promise<Sources> {
  const { nodeId } = reference;
  // With a patch state, only what speaks against the node matters; without one, rows are all there is.
  const items = await complianceItems(data, nodeId, state === undefined ? {} : { status: "NON_COMPLIANT" });
  const patch = await readPatch(nodeId, state, items.filter(isPatchRow), data);
  const isAssociationAwaited = reference.associationRun !== undefined || reference.associations === true;
  const needsAllAssociations = state !== undefined && (isAssociationAwaited || isOld(patch, readAt));
  const associationRows = needsAllAssociations
    ? await complianceItems(data, nodeId, { complianceType: "Association" })
    : items;
  const { sources: associations, malformed } = readAssociations(associationRows.filter(isPatchAssociationRow), readAt);
  const lacking = patch === undefined && (associations.length === 0 || reference.patchRun !== undefined);
  const inventory = lacking ? await readInventory(nodeId, data) : undefined;
  const sources = [patch, ...associations, inventory].filter((source) => source !== undefined);
  return { sources, ...(malformed !== undefined && { malformed }) };
}

/** A node that Systems Manager does not know (any more) has no items; that is an answer, not a failure. */
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
): Promise<SourceReading | undefined> {
  if (state === undefined) return rows.length === 0 ? undefined : patchSourceFromRows(rows);
  const fields = { ...state };
  if (rows.length > 0) return patchSource(fields, rows, true);
  const countsOnly = patchSource(fields, rows, false);
  if (!countsAny(countsOnly.counts)) return countsOnly;
  // Counts without noncompliant rows: are there no rows at all, or do rows and counts contradict each other?
  const hasRows = await data.hasComplianceItems(nodeId, { complianceType: "Patch" });
  return patchSource(fields, rows, hasRows);
}

/**
 * Then an association that found the node compliant may be the only source that still counts: it ends what an old
 * patch state says against the node, and shows that the node is not silent.
 */
function isOld(patch: SourceReading | undefined, readAt: string): boolean {
  return patch !== undefined && Date.parse(readAt) - endTime(patch) > CURRENT_MS;
}

function isPatchRow({ ComplianceType }: ComplianceItem): boolean {
  return ComplianceType === "Patch";
}

/** Associations report under one compliance type whatever they do; only those that patch are of interest. */
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

async function readInventory(nodeId: string, data: PatchData): Promise<SourceReading | undefined> {
  try {
    const [summary] = (await data.inventory(nodeId, "AWS:PatchSummary")).toSorted(compareContent);
    if (summary === undefined || isoTime(summary["OperationEndTime"]) === undefined) return undefined;
    return inventorySource(summary, await data.inventory(nodeId, "AWS:PatchCompliance"));
  } catch (error) {
    if (error instanceof Error && NOT_IN_INVENTORY.has(error.name)) return undefined;
    throw error;
  }
}
const NOT_IN_INVENTORY = new Set(["InvalidInstanceId", "InvalidTypeNameException"]);

function describeNode(
  node: InstanceInformation | undefined,
): Pick<NodeReading, "node" | "listed" | "online" | "pingedAt" | "registeredAt"> {
  if (node === undefined) return {};
  const platformName = cleanText(node.PlatformName, MAX_DESCRIPTION_BYTES);
  const platformVersion = cleanText(node.PlatformVersion, MAX_DESCRIPTION_BYTES);
  const computerName = cleanText(node.ComputerName, MAX_COMPUTER_NAME_BYTES);
  const registeredAt = isoTime(node.RegistrationDate);
  const pingedAt = isoTime(node.LastPingDateTime);
  const description: NodeDescription = {
    ...(platformName && { platformName }),
    ...(platformVersion && { platformVersion }),
    ...(computerName && { computerName }),
  };
  return {
    node: description,
    listed: true,
    ...(node.PingStatus === "Online" && { online: true }),
    ...(pingedAt && { pingedAt }),
    ...(registeredAt && { registeredAt }),
  };
}

function unread(error: unknown): Pick<NodeReading, "unread" | "passing"> {
  return { unread: cleanText(describeFailure(error), MAX_UNREAD_BYTES) ?? "unknown", passing: passes(error) };
}

/** Whether nothing is wrong with the node itself: also where reading it was denied, which a person ends. */
function passes(error: unknown): boolean {
  const kind = failureKind(error);
  return kind !== "refused" && kind !== "defect";
}

function rethrowNamed(error: unknown): never {
  throw namedSystemsManager(error);
}
