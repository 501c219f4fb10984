import en from "zod/v4/locales/en.js";
import * as z from "zod/mini";
import { UnreadableMessage } from "../domain/errors.ts";
import { GONE, isNodeId, PATCH_DOCUMENTS, type NodeReference } from "../domain/node-reference.ts";
import { ASSOCIATION_TOLERANCE_MS, checkedNodeId, COMMAND_TOLERANCE_MS, runReference } from "./run-reference.ts";

// One language, by its own path: the index of all would be most of the bundle.
z.config(en());

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const expectedRun = z.strictObject({
  document: z.enum(PATCH_DOCUMENTS),
  operationId: z.exactOptional(text(64)),
  notBefore: z.exactOptional(z.iso.datetime()),
  status: z.exactOptional(text(32)),
});
const count = z.int().check(z.gte(0), z.lte(1_000_000));
const detour = z.strictObject({ since: z.iso.datetime(), moves: count, deaths: count });
const nodeReference = z.strictObject({
  nodeId: z.string().check(z.refine(isNodeId, { error: "not a managed node id (i-... or mi-...)" })),
  looks: z.int().check(z.gte(0), z.lte(1000)),
  patchRun: z.exactOptional(expectedRun),
  associationRun: z.exactOptional(expectedRun),
  sweep: z.exactOptional(z.iso.datetime()),
  gone: z.exactOptional(z.enum(GONE)),
  detour: z.exactOptional(detour),
});
/** Our own messages: back from a node that was not ready, parked during an outage, or replayed from quarantine. */
const ownMessage = z.object({ references: z.array(nodeReference).check(z.minLength(1), z.maxLength(1000)) });

const event = z.object({
  source: z.string(),
  "detail-type": z.string(),
  detail: z.record(z.string(), z.unknown()),
});
const windowInput = z.object({ windowExecutionId: z.string() });
const EXECUTION_EVENT = "Step Functions Execution Status Change";
type Detail = z.infer<typeof event>["detail"];

/** @throws {UnreadableMessage} where `value` is not a list of well-formed node references */
export function readReferences(value: unknown): NodeReference[] {
  const parsed = ownMessage.safeParse(value);
  if (parsed.success) return parsed.data.references;
  throw new UnreadableMessage(`node references are malformed: ${firstIssue(parsed.error)}`);
}

/**
 * Reads one queue message: a whole EventBridge event (shapes: Systems Manager user guide, "Event examples"), or a
 * message of our own with node references.
 *
 * @throws {UnreadableMessage} with the reason, for anything else
 */
export function readWorkMessage(body: string): NodeReference[] {
  const value = parseJson(body);
  if (typeof value === "object" && value !== null && "references" in value) return readReferences(value);
  const envelope = event.safeParse(value);
  if (!envelope.success) {
    throw new UnreadableMessage(`neither an EventBridge event nor node references: ${firstIssue(envelope.error)}`);
  }
  const { "detail-type": detailType, detail } = envelope.data;
  return detailType === EXECUTION_EVENT ? referencesOfExecution(detail) : [referenceFromEvent(detailType, detail)];
}

/** A dead execution's event carries its input, and with it all the work that the execution held. */
function referencesOfExecution({ input }: Detail): NodeReference[] {
  if (typeof input !== "string") throw new UnreadableMessage("the event of a dead execution carries no input");
  const value = parseJson(input);
  // A maintenance window's execution: events have brought the same nodes by themselves.
  if (windowInput.safeParse(value).success) return [];
  return readReferences(value);
}

/**
 * Troubles that pass by themselves: work that waits for their end may wait as often as it takes. Everything else (a
 * crash, a time-out, findings that are all refused alike) will happen again, and must not circle for ever.
 */
const PASSING =
  /^(?:SecurityHub(?:Throttled|Unavailable|NotEnabled)|SystemsManager(?:Throttled|Unavailable|Denied)|StaleReading|SQS\..*|Lambda\.(?:ServiceException|AWSLambdaException|SdkClientException|ClientExecutionTimeoutException|TooManyRequestsException))$/;
const parked = z.object({ reason: z.exactOptional(z.string()) });

/** False for dead executions' events, and for what was parked for a reason that does not pass. */
export function wasParkedOnPurpose(body: string): boolean {
  const value = parseJson(body);
  const dead = event.safeParse(value);
  if (dead.success && dead.data["detail-type"] === EXECUTION_EVENT) return false;
  const { reason } = parked.safeParse(value).data ?? {};
  return reason === undefined || PASSING.test(reason);
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

function referenceFromEvent(detailType: string, detail: Detail): NodeReference {
  switch (detailType) {
    case "EC2 Command Invocation Status-change Notification":
      return announced(detail, "command-id", "requested-date-time", COMMAND_TOLERANCE_MS);
    case "EC2 State Manager Instance Association State Change":
      return announced(detail, "association-id", "last-execution-date", ASSOCIATION_TOLERANCE_MS);
    case "Configuration Compliance State Change":
      return { nodeId: checkedNodeId(detail["resource-id"], "resource-id"), looks: 0 };
    case "EC2 Instance State-change Notification":
      return terminated(detail);
    default:
      throw new UnreadableMessage(`no rule of this program asks for events of type ${JSON.stringify(detailType)}`);
  }
}

/** Stopped instances come back; terminated ones never do, so that the event is proof enough. */
function terminated({ "instance-id": instanceId, state }: Detail): NodeReference {
  if (state !== "terminated") {
    throw new UnreadableMessage(`state is ${JSON.stringify(state)}, and only terminated is asked for`);
  }
  return { nodeId: checkedNodeId(instanceId, "instance-id"), looks: 0, gone: "terminated" };
}

function announced(detail: Detail, idKey: string, timeKey: string, toleranceMs: number): NodeReference {
  return runReference({
    nodeId: detail["instance-id"],
    document: detail["document-name"],
    operationId: detail[idKey],
    status: detail["status"],
    requestedAt: detail[timeKey],
    toleranceMs,
  });
}
