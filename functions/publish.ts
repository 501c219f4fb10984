import { Logger } from "@aws-lambda-powertools/logger";
import { destinationFrom } from "./runtime/destination.ts";
import { readEnvironment } from "./runtime/environment.ts";
import { countError, metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { runTask, type Task } from "./runtime/task.ts";
import type { ChooseSeverityOutput } from "./choose-severity.ts";
import { DEFAULT_POLICIES, type Policies } from "../contract/policies.ts";
import { policiesHash } from "./compliance/severity.ts";
import { counted } from "../contract/counted.ts";
import { changeOf, type Change } from "./finding/change.ts";
import type { Destination, NotAccepted, Plan, Records } from "./finding/destination.ts";
import { demandsItems } from "./finding/intent.ts";
import { FindingsNotAccepted, FindingsRefusedAlike, StaleReading } from "./runtime/errors.ts";
import { queues } from "./queues/queue.ts";
import { sendOn, type SendOnPorts } from "./queues/send-on.ts";
import type { NodeReference } from "./work/node-reference.ts";
import { changeCounts, daysToClose, operationAges } from "./finding/change-metrics.ts";
import { quarantineNode, type QuarantineEntry } from "./work/quarantine.ts";
import { readPolicies } from "./runtime/policies.ts";
import { reconcile } from "./finding/reconcile.ts";
import { refusedAlike } from "./finding/refused-alike.ts";
import { isOutage, type Sent } from "./finding/stuck-findings.ts";

/** The output of the execution. */
export interface PublishOutput {
  readonly references: ChooseSeverityOutput["references"];
  /** The changes that were made, or planned if the deployment only plans. */
  readonly changes: readonly Change[];
  /** Findings that the destination refused for their content. They are in the quarantine queue. */
  readonly rejected: readonly QuarantineEntry[];
  /** Nodes whose finding would close, but whose items were not read. They are in the work queue again. */
  readonly readInFull: readonly NodeReference[];
}

interface Ports extends SendOnPorts {
  readonly destination: Pick<Destination, "name" | "recall" | "unavailable">;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly counter: Counter;
  readonly now: () => Date;
  /** True if Publish only logs what it would write. */
  readonly planOnly: boolean;
  readonly policies: Policies;
}

/**
 * The greatest age of a reading that may close a finding. The node may have become noncompliant since it was read.
 *
 * It must be longer than all retries of Publish take (statemachine/patch-findings.asl.json). That is safe: every attempt
 * reads the stored findings again, and closes only findings that show no later operation.
 */
export const MAX_PROOF_AGE_MS = 15 * 60_000;

/**
 * Runs state Publish: compares the findings that nodes should have with those in the destination, and writes the changes.
 * Running it again is harmless: a finding that was accepted the first time is unchanged the second time.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled | StaleReading}
 * @throws {FindingsNotAccepted | FindingsRefusedAlike | QueueUnavailable} after all other findings are written
 * @example
 * const { changes, rejected } = await run({ references, judgements }, ports);
 */
export async function run(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  try {
    return await publish(input, ports);
  } catch (error) {
    // Each error has its own metric, because only SecurityHubNotEnabled needs a person.
    countError(error, ports.counter);
    throw error;
  }
}

async function publish(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  checkPolicies(input, ports.policies);
  const records = await ports.destination.recall(input.judgements.map(({ evidence }) => evidence.nodeId));
  const plans = input.judgements.flatMap((judged) => reconcile(judged, records, ports.policies));
  checkProofAge(plans, input, ports.now());
  const messageOf = ports.planOnly ? new Map<string, string>() : await write(plans, records, input, ports);
  const rejected: QuarantineEntry[] = [];
  const done: Change[] = [];
  for (const { id, intent } of plans) {
    const message = intent.action === "unchanged" ? undefined : messageOf.get(id);
    if (message === undefined) done.push(changeOf(intent));
    else rejected.push(quarantineEntry(intent.nodeId, message, input, ports));
  }
  // Written changes have been logged already.
  logChanges(ports.planOnly ? done : done.filter(({ action }) => action === "unchanged"), input, ports);
  for (const { nodeId, message } of rejected) ports.logger.warn("finding refused", { nodeId, message });
  const readInFull = toReadInFull(plans, input);
  await sendOn({ rejected, readInFull }, ports);
  ports.counter.record({ FindingsRejected: rejected.length });
  return { references: input.references, changes: done, rejected, readInFull };
}

/** Returns the nodes whose finding closes only after their items are read. */
function toReadInFull(plans: readonly Plan[], { references }: ChooseSeverityOutput): NodeReference[] {
  const nodeIds = new Set(plans.flatMap(({ intent }) => (demandsItems(intent) ? [intent.nodeId] : [])));
  return references
    .filter(({ nodeId }) => nodeIds.has(nodeId))
    .map((reference) => ({ ...reference, readInFull: true }));
}

function quarantineEntry(
  nodeId: string,
  message: string,
  { references }: ChooseSeverityOutput,
  { destination }: Ports,
): QuarantineEntry {
  const reference = references.find((one) => one.nodeId === nodeId) ?? { nodeId, attempts: 0 };
  return quarantineNode(reference, `${destination.name} refused the finding`, message);
}

/** Writes as much as possible, then throws. Returns why the destination refused findings, by id. */
async function write(
  plans: readonly Plan[],
  records: Records,
  input: ChooseSeverityOutput,
  ports: Ports,
): Promise<ReadonlyMap<string, string>> {
  const { refused, stuck } = await writeAll(plans, records, input, ports);
  const unsettled = await records.settle(plans, new Set([...refused.keys(), ...stuck.map(({ id }) => id)]));
  const sent = plans.flatMap(({ id, intent: { nodeId, action } }) => (action === "unchanged" ? [] : [{ nodeId, id }]));
  throwIfStuck(sent, input, stuck, ports);
  throwIfRefusedAlike(sent, refused, ports);
  throwOrCountUnsettled(unsettled, refused.size === 0, ports);
  return refused;
}

/** Throws if findings are stuck. Redrive then separates their nodes, and refused findings are refused again later. */
function throwIfStuck(
  sent: readonly Sent[],
  { references }: ChooseSeverityOutput,
  stuck: NotAccepted["stuck"],
  { destination, logger }: Ports,
): void {
  const [first] = stuck;
  if (first === undefined) return;
  for (const { id, message } of stuck) logger.warn("finding not accepted", { id, message });
  const message = `${stuck.length} of ${counted(sent.length, "finding")} not accepted yet, each sent twice: ${first.message}`;
  const outage = isOutage(sent, new Set(stuck.map(({ id }) => id)), references);
  throw outage ? destination.unavailable(message) : new FindingsNotAccepted(message);
}

function throwIfRefusedAlike(
  sent: readonly Sent[],
  refused: NotAccepted["refused"],
  { destination, logger }: Ports,
): void {
  const alike = refusedAlike(sent, refused);
  if (alike === undefined) return;
  logger.warn("all findings refused for the same reason", { findings: refused.size, message: alike });
  throw new FindingsRefusedAlike(
    `${destination.name} refused all ${counted(refused.size, "finding")} for the same reason: ${alike}`,
  );
}

/** Throws so that the state is retried. If refused findings must be quarantined now, the next execution settles them. */
function throwOrCountUnsettled(unsettled: readonly string[], mayRetry: boolean, { destination, counter }: Ports): void {
  const [first] = unsettled;
  if (first === undefined) return;
  if (mayRetry) throw destination.unavailable(first);
  counter.count("WorkflowRefused", unsettled.length);
}

/** Logs one line per change. */
function logChanges(done: readonly Change[], { judgements }: ChooseSeverityOutput, { logger, planOnly }: Ports): void {
  const operationOf = new Map(
    judgements.map(({ evidence: { nodeId, sources, run } }) => [nodeId, sources[0]?.operationId ?? run?.operationId]),
  );
  for (const change of done) {
    const operationId = operationOf.get(change.nodeId);
    logger.info(planOnly ? "finding planned" : "finding", { ...change, operationId });
  }
}

/**
 * Writes the changes. Accepted findings are logged and counted even if a later call fails: a retry finds them unchanged.
 */
async function writeAll(
  plans: readonly Plan[],
  records: Records,
  input: ChooseSeverityOutput,
  ports: Ports,
): Promise<NotAccepted> {
  const accepted = new Set<string>();
  try {
    return await records.write(plans, (ids) => ids.forEach((id) => accepted.add(id)));
  } finally {
    const intents = plans.flatMap(({ id, intent }) => (accepted.has(id) ? [intent] : []));
    const done = intents.map(changeOf);
    logChanges(done, input, ports);
    const now = ports.now();
    ports.counter.record(changeCounts(done), {
      OperationToAcceptance: operationAges(input.judgements, done, now),
      DaysToClose: daysToClose(intents, now),
    });
  }
}

/**
 * Throws {@link StaleReading} if earlier states applied other policies, as they may while a deployment changes them. The
 * nodes are then parked and read again.
 */
function checkPolicies({ judgements }: ChooseSeverityOutput, policies: Policies): void {
  const own = policies === DEFAULT_POLICIES ? undefined : policiesHash(policies);
  for (const { evidence, severity } of judgements) {
    if (evidence.sources.length === 0) continue;
    const rated = severity.rules === undefined || severity.rules === policiesHash(policies, evidence.tagMatches);
    if (evidence.policies !== own || !rated) {
      throw new StaleReading(`${evidence.nodeId} was judged by other policies; the deployment has just changed them`);
    }
  }
}

/** Throws {@link StaleReading} if a finding would close on an old reading. The nodes are then parked and read again. */
function checkProofAge(plans: readonly Plan[], { judgements }: ChooseSeverityOutput, now: Date): void {
  const closing = new Set(plans.flatMap(({ intent }) => (intent.action === "close" ? [intent.nodeId] : [])));
  for (const { evidence, removed } of judgements) {
    if (removed !== undefined) continue;
    const age = now.getTime() - Date.parse(evidence.readAt);
    if (closing.has(evidence.nodeId) && age > MAX_PROOF_AGE_MS) {
      throw new StaleReading(
        `${evidence.nodeId} was read ${Math.round(age / 1000)} s ago, too long ago to close its finding`,
      );
    }
  }
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "publish" });

function createPorts(): Ports {
  const environment = readEnvironment("publish");
  const policies = readPolicies();
  const counter = metricsCounter(powertoolsMetrics(environment));
  return {
    destination: destinationFrom(environment, logger, counter, policies),
    queue: queues(),
    workQueueUrl: environment.WORK_QUEUE_URL,
    quarantineQueueUrl: environment.QUARANTINE_QUEUE_URL,
    logger,
    counter,
    now: () => new Date(),
    planOnly: environment.PLAN_ONLY,
    policies,
  };
}

/** Handles state Publish. */
export const handler = (task: Task<ChooseSeverityOutput>): Promise<PublishOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= createPorts())));
