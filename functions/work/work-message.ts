import en from "zod/v4/locales/en.js";
import * as z from "zod/mini";
import { UnreadableMessage } from "../runtime/errors.ts";
import { nodeIdsIn } from "./node-ids-in.ts";
import type { AccountScope } from "./account-scope.ts";
import { REMOVED, isHybrid, isNodeId, PATCH_DOCUMENTS, type NodeReference } from "./node-reference.ts";
import {
  ASSOCIATION_TOLERANCE_MS,
  checkedNodeId,
  COMMAND_TOLERANCE_MS,
  IDENTIFIER,
  runReference,
} from "./run-reference.ts";

// Imports one language by its own path: the index of all languages would be most of the bundle.
z.config(en());

/** Accepts the same plain words as `runReference`: they are copied into messages, findings and logs. */
const word = (max: number) => z.string().check(z.maxLength(max), z.regex(IDENTIFIER));
const expectedRun = z.strictObject({
  document: z.enum(PATCH_DOCUMENTS),
  operationId: z.exactOptional(word(64)),
  notBefore: z.exactOptional(z.iso.datetime()),
  status: z.exactOptional(word(32)),
});
const count = z.int().check(z.gte(0), z.lte(1_000_000));
const redriveHistory = z.strictObject({ since: z.iso.datetime(), moves: count, failures: count });
const nodeReference = z.strictObject({
  nodeId: z.string().check(z.refine(isNodeId, { error: "not a managed node id (i-... or mi-...)" })),
  attempts: z.int().check(z.gte(0), z.lte(1000)),
  patchRun: z.exactOptional(expectedRun),
  associationRun: z.exactOptional(expectedRun),
  sweep: z.exactOptional(z.iso.datetime()),
  removed: z.exactOptional(z.enum(REMOVED)),
  removedAt: z.exactOptional(z.iso.datetime()),
  ec2Attempts: z.exactOptional(count),
  unmanaged: z.exactOptional(z.boolean()),
  readAssociations: z.exactOptional(z.literal(true)),
  readInFull: z.exactOptional(z.literal(true)),
  redriveHistory: z.exactOptional(redriveHistory),
});
/** The program's own messages: nodes that were not ready, redriven, found by a sweep, or replayed from quarantine. */
const ownMessage = z.object({ references: z.array(nodeReference).check(z.minLength(1), z.maxLength(1000)) });

const event = z.object({
  source: z.string(),
  "detail-type": z.string(),
  account: z.optional(z.string()),
  region: z.optional(z.string()),
  time: z.optional(z.unknown()),
  resources: z.optional(z.unknown()),
  detail: z.record(z.string(), z.unknown()),
});
const windowInput = z.object({ windowExecutionId: z.string() });
/** The detail-type of events about executions (Step Functions developer guide, "EventBridge"). */
export const EXECUTION_EVENT = "Step Functions Execution Status Change";
/** The detail-type of events about nodes that were deregistered (Systems Manager user guide, "Event examples"). */
const DEREGISTRATION_EVENT = "SSM Managed Instance Deregistration";
type Detail = z.infer<typeof event>["detail"];

/**
 * Reads an object with node references.
 *
 * @throws {UnreadableMessage} if there is not a list of 1 to 1,000 well-formed node references
 * @example
 * readReferences({ references: [{ nodeId: "i-0123456789abcdef0", attempts: 0 }] });
 */
export function readReferences(value: unknown): NodeReference[] {
  const parsed = ownMessage.safeParse(value);
  if (parsed.success) return parsed.data.references;
  throw new UnreadableMessage(`node references are malformed: ${firstIssue(parsed.error)}`);
}

/**
 * Reads one message of the work queue: a whole EventBridge event (Systems Manager user guide, "Event examples"), or a
 * message of the program itself with node references.
 *
 * @param scope the account and Region of this stack's nodes; events of other accounts and Regions are refused
 * @throws {UnreadableMessage} with the reason, for any other message
 * @example
 * const references = readWorkMessage(record.body, { account: "111122223333", region: "us-east-2" });
 */
export function readWorkMessage(body: string, scope: AccountScope): NodeReference[] {
  const value = parseJson(body);
  if (typeof value === "object" && value !== null && "references" in value) return readReferences(value);
  const envelope = event.safeParse(value);
  if (!envelope.success) {
    throw new UnreadableMessage(`neither an EventBridge event nor node references: ${firstIssue(envelope.error)}`);
  }
  const { "detail-type": detailType, detail } = envelope.data;
  checkScope(envelope.data, scope);
  if (detailType === EXECUTION_EVENT) return referencesOfExecution(detail);
  if (detailType === DEREGISTRATION_EVENT) return deregistered(envelope.data);
  return [referenceFromEvent(detailType, envelope.data)];
}

/** Checks the account and Region again after the rules: an organisation can forward events, which keep their origin. */
function checkScope(from: Pick<z.infer<typeof event>, "account" | "region">, scope: AccountScope): void {
  for (const key of ["account", "region"] as const) {
    const value = from[key];
    if (value !== undefined && value !== scope[key]) {
      throw new UnreadableMessage(
        `the event's ${key} is ${JSON.stringify(value)}; this stack accepts only ${scope[key]}`,
      );
    }
  }
}

/** Reads the event of a failed execution. It has the execution's input, and so all its nodes. */
function referencesOfExecution({ input }: Detail): NodeReference[] {
  if (typeof input !== "string") throw new UnreadableMessage("the event of a failed execution has no input");
  const value = parseJson(input);
  // A maintenance window's execution. The events of its runs name the same nodes.
  if (windowInput.safeParse(value).success) return [];
  return readReferences(value);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new UnreadableMessage("not JSON", { cause: error });
  }
}

function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "unknown" : `${issue.path.join(".") || "top level"}: ${issue.message}`;
}

function referenceFromEvent(detailType: string, { detail, time }: z.infer<typeof event>): NodeReference {
  switch (detailType) {
    case "EC2 Command Invocation Status-change Notification":
      return runOfEvent(detail, "command-id", "requested-date-time", COMMAND_TOLERANCE_MS);
    case "EC2 State Manager Instance Association State Change":
      return runOfEvent(detail, "association-id", "last-execution-date", ASSOCIATION_TOLERANCE_MS);
    case "Configuration Compliance State Change":
      // It names no run whose data could be awaited, and the summaries may still show the state before the change.
      return { nodeId: checkedNodeId(detail["resource-id"], "resource-id"), attempts: 0, readInFull: true };
    case "EC2 Instance State-change Notification":
      return terminated(detail, time);
    default:
      throw new UnreadableMessage(`no rule of this program matches events of type ${JSON.stringify(detailType)}`);
  }
}

/** Reads the event of a termination. The reference is only a claim: the state machine asks EC2. */
function terminated({ "instance-id": instanceId, state }: Detail, time: unknown): NodeReference {
  if (state !== "terminated") {
    throw new UnreadableMessage(`state is ${JSON.stringify(state)}; expected "terminated"`);
  }
  const nodeId = checkedNodeId(instanceId, "instance-id");
  if (isHybrid(nodeId)) {
    throw new UnreadableMessage(`instance-id is ${nodeId}, a hybrid node; only EC2 instances (i-...) are terminated`);
  }
  return { nodeId, attempts: 0, removed: "terminated", ...sentAt(time) };
}

/**
 * Reads the event of a deregistration. AWS does not publish its shape, so every node id in it counts. The references are
 * only claims: Systems Manager must confirm them.
 */
function deregistered({ detail, resources, time }: z.infer<typeof event>): NodeReference[] {
  const nodeIds = nodeIdsIn([detail, resources]);
  if (nodeIds.length === 0) {
    throw new UnreadableMessage("the event names no managed node (i-... or mi-...) in detail or resources");
  }
  return nodeIds.map((nodeId) => ({ nodeId, attempts: 0, removed: "deregistered" as const, ...sentAt(time) }));
}

function sentAt(time: unknown): Pick<NodeReference, "removedAt"> {
  const removedAt = z.iso.datetime().safeParse(time).data;
  return removedAt === undefined ? {} : { removedAt };
}

function runOfEvent(detail: Detail, idKey: string, timeKey: string, toleranceMs: number): NodeReference {
  return runReference({
    nodeId: detail["instance-id"],
    document: detail["document-name"],
    operationId: detail[idKey],
    status: detail["status"],
    requestedAt: detail[timeKey],
    toleranceMs,
  });
}
