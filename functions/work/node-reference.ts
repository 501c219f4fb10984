/** "Look at this node": all that queues and executions carry. The truth itself is read when the execution runs. */

/** EC2 instance or hybrid node, as the Systems Manager API model spells them. */
const NODE_ID = /^(?:i-(?:\w{8}|\w{17})|mi-\w{17})$/;

/** The three documents whose runs leave patch compliance data. */
export const PATCH_DOCUMENTS = [
  "AWS-RunPatchBaseline",
  "AWS-RunPatchBaselineWithHooks",
  "AWS-RunPatchBaselineAssociation",
] as const;
export type PatchDocument = (typeof PATCH_DOCUMENTS)[number];

/** A run whose data should be there when the node is looked at. */
export interface ExpectedRun {
  readonly document: PatchDocument;
  /** Command id or association id. */
  readonly operationId?: string;
  /** ISO 8601. Data of an operation that ended earlier is not yet this run's data. */
  readonly notBefore?: string;
  /** How the run ended, as the event said it: `Success`, `TimedOut`, ... Never the verdict about compliance. */
  readonly status?: string;
}

/** What a reference has been through outside the straight way. */
export interface RedriveHistory {
  /** ISO 8601: when it first waited in the outage queue. */
  readonly since: string;
  /** How often it was moved back to the work queue. */
  readonly moves: number;
  /** How many of these followed an attempt that failed, and did not only wait for a trouble to pass. */
  readonly failures: number;
}

/**
 * Why a node is looked at although it may no longer exist. In a reference it is only a claim: EC2 is asked before it
 * counts. `terminated`: an event or the sweep says that the instance is terminated. `absent`: neither Systems Manager
 * nor EC2 lists the node, which may pass.
 */
export const REMOVED = ["terminated", "absent"] as const;
export type Removed = (typeof REMOVED)[number];

export interface NodeReference {
  readonly nodeId: string;
  /** How often the node has been looked at in vain; bounds the waiting for late data. */
  readonly attempts: number;
  /** The newest known run per place where documents write: compliance type Patch, and compliance type Association. */
  readonly patchRun?: ExpectedRun;
  readonly associationRun?: ExpectedRun;
  /** ISO 8601: when the sweep began that asks; absent where an event did. */
  readonly sweep?: string;
  readonly removed?: Removed;
  /** ISO 8601: when the event was sent that says so. A node that reported to Systems Manager later still exists. */
  readonly removedAt?: string;
  /** How often EC2 did not say whether the instance exists; bounds the waiting for its answer. */
  readonly ec2Attempts?: number;
  /** True if an open finding is about an association: compliant associations are read too, as they can close it. */
  readonly readAssociations?: true;
  readonly redriveHistory?: RedriveHistory;
}

/** The reference as if nobody had looked at it yet. */
export function withoutAttempts(reference: NodeReference): NodeReference {
  const { ec2Attempts, ...rest } = reference;
  return { ...(ec2Attempts === undefined ? reference : rest), attempts: 0 };
}

export function isNodeId(value: unknown): value is string {
  return typeof value === "string" && NODE_ID.test(value);
}

/** Hybrid nodes are servers outside EC2 that are registered with Systems Manager. */
export function isHybrid(nodeId: string): boolean {
  return nodeId.startsWith("mi-");
}

/** AWS-RunPatchBaselineAssociation writes compliance type Association, the others write Patch. */
export function writesAssociation(document: PatchDocument): boolean {
  return document === "AWS-RunPatchBaselineAssociation";
}

/** Reads `AWS-RunPatchBaseline` and `arn:aws:ssm:us-east-2::document/AWS-RunPatchBaseline` alike. */
export function patchDocument(name: unknown): PatchDocument | undefined {
  if (typeof name !== "string") return undefined;
  const short = name.slice(name.lastIndexOf("/") + 1);
  return PATCH_DOCUMENTS.find((document) => document === short);
}

/**
 * One reference per node: the newest expected run of each place wins, and the waiting starts anew with a newer run.
 * Order and repetition of the input do not matter.
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
  const redriveHistory = longest(a.redriveHistory, b.redriveHistory);
  return {
    nodeId: a.nodeId,
    attempts: Math.min(a.attempts, b.attempts),
    ...(patchRun && { patchRun }),
    ...(associationRun && { associationRun }),
    ...(sweep && { sweep }),
    ...(removed && { removed }),
    ...(removedAt && { removedAt }),
    ...(ec2Attempts > 0 && { ec2Attempts }),
    ...((a.readAssociations ?? b.readAssociations) && { readAssociations: true as const }),
    ...(redriveHistory && { redriveHistory }),
  };
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  return [a, b]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

function longest(a: RedriveHistory | undefined, b: RedriveHistory | undefined): RedriveHistory | undefined {
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

/** Times first; equal times are ordered by content, so that the result does not depend on the order of arrival. */
function rank(run: ExpectedRun): string {
  const time = String(Date.parse(run.notBefore ?? "") || 0).padStart(16, "0");
  return [time, run.operationId ?? "", run.status ?? "", run.document].join("\n");
}
