import { Logger } from "@aws-lambda-powertools/logger";
import { setTimeout } from "node:timers/promises";
import { findingScopeFrom, planOnlyFrom } from "./aws/environment.ts";
import type { ImportFailure } from "./aws/import-findings.ts";
import { metricsCounter, type Counter } from "./aws/metrics.ts";
import { securityHub, type SecurityHub } from "./aws/security-hub.ts";
import { runTask, type Task } from "./aws/task.ts";
import { settleWorkflow, type WorkflowPorts } from "./aws/settle-workflow.ts";
import type { ChooseSeverityOutput } from "./choose-severity.ts";
import { FindingsRefusedAlike, SecurityHubUnavailable, StaleReading } from "./domain/errors.ts";
import type { Change } from "./domain/change.ts";
import { FINDING_KINDS, findingId, productArn, type FindingScope } from "./domain/finding-identity.ts";
import { newsAges, outcomeCounts } from "./domain/outcome.ts";
import { quarantineNode, type QuarantineEntry } from "./domain/quarantine.ts";
import { reconcile } from "./domain/reconcile.ts";
import { refusedAlike } from "./domain/refused-alike.ts";
import { isOwnFinding, type ImportableFinding, type StoredFinding } from "./domain/stored-finding.ts";

export interface PublishOutput {
  readonly references: ChooseSeverityOutput["references"];
  readonly changes: readonly Done[];
  /** Findings that Security Hub refused for their content. */
  readonly rejected: readonly QuarantineEntry[];
  readonly counts: { readonly rejected: number };
}

interface Ports extends WorkflowPorts {
  readonly hub: Pick<SecurityHub, "findings" | "importFindings" | "updateWorkflow">;
  readonly scope: FindingScope;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly counter: Counter;
  readonly now: () => Date;
  /** Says what would be done, and writes nothing. */
  readonly planOnly: boolean;
}

/**
 * Retries can hold a reading back, and meanwhile the node may have been found noncompliant again. The state machine's own
 * retries of Publish (statemachine/patch-findings.asl.json, all waits in a row) must fit in, beside the time that the
 * tries take. That is safe: every try reads the stored findings anew, and closes only what shows no later operation.
 */
export const MAX_PROOF_AGE_MS = 15 * 60_000;

/**
 * State Publish: compares the findings that should be with those in Security Hub, and imports what differs.
 * Running it again is harmless: what was accepted the first time is unchanged the second time.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled | FindingsRefusedAlike | StaleReading}
 */
export async function run(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  try {
    return await publish(input, ports);
  } catch (error) {
    // A person must act only on SecurityHubNotEnabled; the alarms tell these errors apart by their names.
    if (error instanceof Error) ports.counter.count(error.name);
    throw error;
  }
}

async function publish(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  const stored = await ownFindings(input, ports);
  const changes = input.judgements.flatMap((judged) => reconcile(judged, stored, ports.scope));
  refuseStaleProof(changes, input, ports.now());
  const messageOf = ports.planOnly ? new Map<string, string>() : await importAll(changes, input, ports);
  if (!ports.planOnly) await settle(changes, input, stored, messageOf, ports);
  const rejected: QuarantineEntry[] = [];
  const done: Done[] = [];
  for (const { finding, ...change } of changes) {
    const message = finding && messageOf.get(finding.Id);
    const reference = input.references.find(({ nodeId }) => nodeId === change.nodeId);
    if (message === undefined) done.push(change);
    else
      rejected.push(
        quarantineNode(reference ?? { nodeId: change.nodeId, looks: 0 }, "Security Hub refused the finding", message),
      );
  }
  // What was imported has been logged already.
  logChanges(ports.planOnly ? done : done.filter(({ action }) => action === "unchanged"), input, ports);
  for (const { nodeId, message } of rejected) ports.logger.warn("finding refused", { nodeId, message });
  ports.counter.record({ FindingsRejected: rejected.length });
  return { references: input.references, changes: done, rejected, counts: { rejected: rejected.length } };
}

type Done = Omit<Change, "finding">;

function logChanges(done: readonly Done[], { judgements }: ChooseSeverityOutput, { logger, planOnly }: Ports): void {
  const operationOf = new Map(
    judgements.map(({ evidence: { nodeId, sources, run } }) => [nodeId, sources[0]?.operationId ?? run?.operationId]),
  );
  for (const change of done) {
    const operationId = operationOf.get(change.nodeId);
    logger.info(planOnly ? "finding planned" : "finding", { ...change, operationId });
  }
}

/** All with the Ids of ours; whose they are, reconciling looks at. */
function ownFindings({ judgements }: ChooseSeverityOutput, { hub, scope }: Ports): Promise<StoredFinding[]> {
  const ids = judgements.flatMap(({ evidence }) =>
    FINDING_KINDS.map((kind) => findingId(scope, evidence.nodeId, kind)),
  );
  return hub.findings(productArn(scope), ids);
}

function findingsOf(changes: readonly Change[]): ImportableFinding[] {
  return changes.flatMap(({ finding }) => finding ?? []);
}

/**
 * Sets the workflow of what was closed, and of what is as it was, also where reconciling has nothing to say: an attempt
 * before may have closed it and gone no further. An import that opens resets it by itself.
 */
async function settle(
  changes: readonly Change[],
  { judgements }: ChooseSeverityOutput,
  stored: readonly StoredFinding[],
  refused: ReadonlyMap<string, string>,
  ports: Ports,
): Promise<void> {
  const { scope } = ports;
  const closed = findingsOf(changes.filter(({ action }) => action === "close")).map(({ Id }) => Id);
  const opened = findingsOf(changes.filter(({ action }) => action === "reopen")).map(({ Id }) => Id);
  const moved = new Set([...closed, ...opened]);
  const own = judgements.flatMap(({ evidence: { nodeId } }) =>
    FINDING_KINDS.flatMap((kind) => stored.filter((finding) => isOwnFinding(finding, scope, nodeId, kind))),
  );
  await settleWorkflow(
    productArn(scope),
    own.filter(({ Id }) => Id !== undefined && !moved.has(Id)),
    closed.filter((id) => !refused.has(id)),
    ports,
  );
}

/**
 * Imports what differs. What Security Hub accepted is logged and counted whatever comes after it: a retry finds it
 * unchanged.
 *
 * @returns why the others were refused, by Id
 */
async function importAll(
  changes: readonly Change[],
  input: ChooseSeverityOutput,
  ports: Ports,
): Promise<Map<string, string>> {
  const accepted = new Set<string>();
  try {
    const messageOf = await sendTwice(findingsOf(changes), ports.hub, accepted);
    const alike = refusedAlike(changes, messageOf);
    if (alike === undefined) return messageOf;
    ports.logger.warn("all findings refused alike", { findings: messageOf.size, message: alike });
    throw new FindingsRefusedAlike(`Security Hub refused all ${messageOf.size} findings sent to it alike: ${alike}`);
  } finally {
    const done = changes.flatMap(({ finding, ...change }) => (finding && accepted.has(finding.Id) ? [change] : []));
    logChanges(done, input, ports);
    const ages = newsAges(input.judgements, done, ports.now());
    ports.counter.record(outcomeCounts(done, 0), { OperationToAcceptance: ages });
  }
}

/** What Security Hub failed for reasons of its own is sent once more, alone; @returns why the others were refused, by Id. */
async function sendTwice(
  findings: readonly ImportableFinding[],
  hub: Ports["hub"],
  accepted: Set<string>,
): Promise<Map<string, string>> {
  const send = async (some: readonly ImportableFinding[]): Promise<ImportFailure[]> => {
    const accept = (ids: readonly string[]): void => ids.forEach((id) => accepted.add(id));
    const failures = await hub.importFindings(some, accept);
    const failed = new Set(failures.map(({ id }) => id));
    accept(some.flatMap(({ Id }) => (failed.has(Id) ? [] : [Id])));
    return failures;
  };
  const failures = await send(findings);
  const refused = failures.filter(({ retryable }) => !retryable);
  const again = new Set(failures.flatMap(({ id, retryable }) => (retryable ? [id] : [])));
  const second = await send(findings.filter(({ Id }) => again.has(Id)));
  const stuck = second.find(({ retryable }) => retryable);
  if (stuck !== undefined) throw new SecurityHubUnavailable(`findings not accepted yet: ${stuck.message}`);
  return new Map([...refused, ...second].map(({ id, message }) => [id, message]));
}

/** @throws {StaleReading} the batch is then parked, and read anew */
function refuseStaleProof(changes: readonly Change[], { judgements }: ChooseSeverityOutput, now: Date): void {
  const closing = new Set(changes.flatMap(({ nodeId, action }) => (action === "close" ? [nodeId] : [])));
  for (const { evidence, gone } of judgements) {
    if (gone !== undefined) continue;
    const age = now.getTime() - Date.parse(evidence.readAt);
    if (closing.has(evidence.nodeId) && age > MAX_PROOF_AGE_MS) {
      throw new StaleReading(
        `${evidence.nodeId} was read ${Math.round(age / 1000)} s ago, too long to close its finding`,
      );
    }
  }
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "publish" });

export const handler = (task: Task<ChooseSeverityOutput>): Promise<PublishOutput> =>
  runTask(task, logger, (input) =>
    run(
      input,
      (ports ??= {
        hub: securityHub(),
        scope: findingScopeFrom(),
        logger,
        counter: metricsCounter(),
        now: () => new Date(),
        pause: (milliseconds) => setTimeout(milliseconds),
        planOnly: planOnlyFrom(),
      }),
    ),
  );
