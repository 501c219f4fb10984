/**
 * A node reference says "check this managed node". Queue messages and executions carry node references, never patch data
 * and never findings: the execution reads the truth from Systems Manager when it runs. Duplicate, reordered and late
 * messages are therefore harmless.
 *
 * A reference starts in dispatch (from an event), in the sweep, or in ResolveWindow (from a maintenance window). It ends
 * when the node's findings are published, or in the quarantine queue.
 */

/** EC2 instances and hybrid nodes (Systems Manager API reference, "InstanceInformation", InstanceId). */
const NODE_ID = /^(?:i-(?:\w{8}|\w{17})|mi-\w{17})$/;

/** The Systems Manager documents that write patch compliance data (user guide, "SSM Command documents for patching managed nodes"). */
export const PATCH_DOCUMENTS = [
  "AWS-RunPatchBaseline",
  "AWS-RunPatchBaselineWithHooks",
  "AWS-RunPatchBaselineAssociation",
] as const;
type PatchDocument = (typeof PATCH_DOCUMENTS)[number];

/** A run of a patch document that an event announced. Evaluate waits until the data of this run has arrived. */
export interface ExpectedRun {
  readonly document: PatchDocument;
  /** Run Command: the command id. State Manager: the association id. */
  readonly operationId?: string;
  /** ISO 8601. If an operation ended before this time, its data is older than this run. Absent: any data will do. */
  readonly notBefore?: string;
  /** The status in the event, such as `Success` or `TimedOut`. It says how the run ended, not whether the node complies. */
  readonly status?: string;
}

/** How often a reference was parked in the outage queue and redriven. */
export interface RedriveHistory {
  /** ISO 8601: when it was first parked. */
  readonly since: string;
  /** How often redrive moved it back to the work queue. */
  readonly moves: number;
  /** How often it was parked because its execution failed. A service that was unavailable is not counted. */
  readonly failures: number;
}

/**
 * Why a node may no longer exist.
 *
 * - `terminated`: an event or EC2 says that the instance is terminated. This is final.
 * - `deregistered`: an event says that the node was deregistered, and Systems Manager does not list it. It may come back.
 * - `absent`: neither Systems Manager nor EC2 lists the node. It may come back.
 *
 * In a reference this is only a claim. Before it counts, the state machine asks EC2 about an instance, and Systems
 * Manager about a hybrid node. If references are merged, the first of these wins.
 */
export const REMOVED = ["terminated", "deregistered", "absent"] as const;
export type Removed = (typeof REMOVED)[number];

/**
 * A managed node to check, and the reason to check it. A reference with only `nodeId` and `attempts` is complete. The
 * format is the same in every queue message; `readReferences` validates it.
 *
 * @example
 * const reference: NodeReference = {
 *   nodeId: "i-0123456789abcdef0",
 *   attempts: 0,
 *   patchRun: { document: "AWS-RunPatchBaseline", notBefore: "2026-07-10T21:00:00Z", status: "Success" },
 * };
 */
export interface NodeReference {
  /** `i-...` (EC2 instance) or `mi-...` (hybrid node). */
  readonly nodeId: string;
  /** How often the node was read and its data had not arrived, from 0. Evaluate bounds it. */
  readonly attempts: number;
  /** The newest run of a document that writes compliance type Patch. */
  readonly patchRun?: ExpectedRun;
  /** The newest run of the document that writes compliance type Association. */
  readonly associationRun?: ExpectedRun;
  /** ISO 8601: when the sweep that found the node began. Absent if only an event named the node. */
  readonly sweep?: string;
  /** The claim that the node no longer exists. */
  readonly removed?: Removed;
  /** ISO 8601: when the event about the removal was sent. A node that reported to Systems Manager later exists. */
  readonly removedAt?: string;
  /** How often EC2 did not say whether the instance exists. Evaluate bounds it. */
  readonly ec2Attempts?: number;
  /**
   * Whether the instance is a blind spot if Systems Manager does not manage it, by the settings. Absent if the sweep did
   * not find it so.
   */
  readonly unmanaged?: boolean;
  /** True if an open finding is about an association. Compliant associations are then read too: one may close it. */
  readonly readAssociations?: true;
  /** True if a finding may close, so that the node's compliance items must be read, whatever its summaries say. */
  readonly readInFull?: true;
  /** Absent if the reference was never parked. */
  readonly redriveHistory?: RedriveHistory;
}

/**
 * Returns the reference with its attempts set back to 0, for a new start.
 *
 * @example
 * withoutAttempts({ nodeId: "i-0123456789abcdef0", attempts: 5, ec2Attempts: 2 }); // attempts: 0, no ec2Attempts
 */
export function withoutAttempts(reference: NodeReference): NodeReference {
  const { ec2Attempts, ...rest } = reference;
  return { ...(ec2Attempts === undefined ? reference : rest), attempts: 0 };
}

/**
 * Returns whether the value is the id of a managed node.
 *
 * @example
 * isNodeId("mi-0123456789abcdef0"); // true
 */
export function isNodeId(value: unknown): value is string {
  return typeof value === "string" && NODE_ID.test(value);
}

/** Returns whether the id is that of a hybrid node: a server outside EC2 that is registered with Systems Manager. */
export function isHybrid(nodeId: string): boolean {
  return nodeId.startsWith("mi-");
}

/** Returns whether the document writes compliance type Association. The other documents write compliance type Patch. */
export function writesAssociation(document: PatchDocument): boolean {
  return document === "AWS-RunPatchBaselineAssociation";
}

/**
 * Returns the patch document with this name or ARN, or undefined if it is no patch document.
 *
 * @example
 * patchDocument("arn:aws:ssm:us-east-2::document/AWS-RunPatchBaseline"); // "AWS-RunPatchBaseline"
 */
export function patchDocument(name: unknown): PatchDocument | undefined {
  if (typeof name !== "string") return undefined;
  const short = name.slice(name.lastIndexOf("/") + 1);
  return PATCH_DOCUMENTS.find((document) => document === short);
}

/**
 * Merges references so that each node has one. The newest run of each compliance type is kept, and the smaller number of
 * attempts. Order and duplicates do not change the result, except for the order of the nodes.
 *
 * @example
 * mergeReferences([{ nodeId, attempts: 3 }, { nodeId, attempts: 0, patchRun }]); // [{ nodeId, attempts: 0, patchRun }]
 */
export function mergeReferences(references: readonly NodeReference[]): NodeReference[] {
  const merged = new Map<string, NodeReference>();
  for (const reference of references) {
    const known = merged.get(reference.nodeId);
    merged.set(reference.nodeId, known === undefined ? reference : merge(known, reference));
  }
  return [...merged.values()];
}

function merge(a: NodeReference, b: NodeReference): NodeReference {
  const patchRun = newest(a.patchRun, b.patchRun);
  const associationRun = newest(a.associationRun, b.associationRun);
  const sweep = latest(a.sweep, b.sweep);
  const removed = REMOVED.find((state) => state === a.removed || state === b.removed);
  const removedAt = latest(a.removedAt, b.removedAt);
  const ec2Attempts = Math.min(a.ec2Attempts ?? 0, b.ec2Attempts ?? 0);
  const unmanaged = a.unmanaged === true || b.unmanaged === true ? true : (a.unmanaged ?? b.unmanaged);
  const redriveHistory = mergeHistory(a.redriveHistory, b.redriveHistory);
  return {
    nodeId: a.nodeId,
    attempts: Math.min(a.attempts, b.attempts),
    ...(patchRun && { patchRun }),
    ...(associationRun && { associationRun }),
    ...(sweep && { sweep }),
    ...(removed && { removed }),
    ...(removedAt && { removedAt }),
    ...(ec2Attempts > 0 && { ec2Attempts }),
    ...(unmanaged !== undefined && { unmanaged }),
    ...((a.readAssociations ?? b.readAssociations) && { readAssociations: true as const }),
    ...((a.readInFull ?? b.readInFull) && { readInFull: true as const }),
    ...(redriveHistory && { redriveHistory }),
  };
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  return [a, b]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

/** Keeps the earliest start and the highest numbers, so that a merge never hides a failure. */
function mergeHistory(a: RedriveHistory | undefined, b: RedriveHistory | undefined): RedriveHistory | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    since: a.since < b.since ? a.since : b.since,
    moves: Math.max(a.moves, b.moves),
    failures: Math.max(a.failures, b.failures),
  };
}

function newest(a: ExpectedRun | undefined, b: ExpectedRun | undefined): ExpectedRun | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return rank(a) >= rank(b) ? a : b;
}

/** Returns a sort key: the time, then the content, so that the result does not depend on the order of arrival. */
function rank(run: ExpectedRun): string {
  const time = String(Date.parse(run.notBefore ?? "") || 0).padStart(16, "0");
  return [time, run.operationId ?? "", run.status ?? "", run.document].join("\n");
}
