import { Logger } from "@aws-lambda-powertools/logger";
import { setTimeout } from "node:timers/promises";
import { findingScopeFrom, planOnlyFrom } from "./aws/environment.ts";
import { metricsCounter, type Counter } from "./aws/metrics.ts";
import { securityHub, type SecurityHub } from "./aws/security-hub.ts";
import { runTask, type Task } from "./aws/task.ts";
import { settleWorkflow, type WorkflowPorts } from "./aws/settle-workflow.ts";
import type { ChooseSeverityOutput } from "./choose-severity.ts";
import { SecurityHubUnavailable, StaleReading } from "./domain/errors.ts";
import type { Change } from "./domain/change.ts";
import { FINDING_KINDS, findingId, productArn, type FindingScope } from "./domain/finding-identity.ts";
import { newsAges, outcomeCounts } from "./domain/outcome.ts";
import { quarantineNode, type QuarantineEntry } from "./domain/quarantine.ts";
import { reconcile } from "./domain/reconcile.ts";
import { isOwnFinding, type ImportableFinding, type StoredFinding } from "./domain/stored-finding.ts";

export interface PublishOutput {
  readonly references: ChooseSeverityOutput["references"];
  readonly changes: readonly Omit<Change, "finding">[];
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

/** Retries can hold a reading back for minutes, in which the node may have been found noncompliant again. */
const MAX_PROOF_AGE_MS = 2 * 60_000;

/**
 * State Publish: compares the findings that should be with those in Security Hub, and imports what differs.
 * Running it again is harmless: what was accepted the first time is unchanged the second time.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled}
 */
export async function run(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  try {
    return await publish(input, ports);
  } catch (error) {
    // A person must act only on SecurityHubNotEnabled; the alarms tell the three apart by their names.
    if (error instanceof Error) ports.counter.count(error.name);
    throw error;
  }
}

async function publish(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  const { hub, scope } = ports;
  const stored = await ownFindings(input, ports);
  const changes = input.judgements.flatMap((judged) => reconcile(judged, stored, scope));
  refuseStaleProof(changes, input, ports.now());
  const messageOf = ports.planOnly ? new Map<string, string>() : await importAll(findingsOf(changes), hub);
  if (!ports.planOnly) await settle(changes, stored, messageOf, ports);
  const rejected: QuarantineEntry[] = [];
  const done: Omit<Change, "finding">[] = [];
  for (const { finding, ...change } of changes) {
    const message = finding && messageOf.get(finding.Id);
    const reference = input.references.find(({ nodeId }) => nodeId === change.nodeId);
    if (message === undefined) done.push(change);
    else
      rejected.push(
        quarantineNode(reference ?? { nodeId: change.nodeId, looks: 0 }, "Security Hub refused the finding", message),
      );
  }
  logChanges(done, input, ports);
  for (const { nodeId, message } of rejected) ports.logger.warn("finding refused", { nodeId, message });
  if (!ports.planOnly) {
    const ages = newsAges(input.judgements, done, ports.now());
    ports.counter.record(outcomeCounts(done, rejected.length), { OperationToAcceptance: ages });
  }
  return { references: input.references, changes: done, rejected, counts: { rejected: rejected.length } };
}

function logChanges(
  done: readonly Omit<Change, "finding">[],
  { judgements }: ChooseSeverityOutput,
  { logger, planOnly }: Ports,
): void {
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

/** Sets the workflow of what was closed, and of what is as it was; an import that opens resets it by itself. */
async function settle(
  changes: readonly Change[],
  stored: readonly StoredFinding[],
  refused: ReadonlyMap<string, string>,
  ports: Ports,
): Promise<void> {
  const { scope } = ports;
  const closed = findingsOf(changes.filter(({ action }) => action === "close")).map(({ Id }) => Id);
  const opened = findingsOf(changes.filter(({ action }) => action === "reopen")).map(({ Id }) => Id);
  const moved = new Set([...closed, ...opened]);
  const own = changes.flatMap(({ nodeId, kind }) =>
    stored.filter((finding) => isOwnFinding(finding, scope, nodeId, kind)),
  );
  await settleWorkflow(
    productArn(scope),
    own.filter(({ Id }) => Id !== undefined && !moved.has(Id)),
    closed.filter((id) => !refused.has(id)),
    ports,
  );
}

/** What Security Hub failed for reasons of its own is sent once more, alone; @returns why the others were refused, by Id. */
async function importAll(findings: readonly ImportableFinding[], hub: Ports["hub"]): Promise<Map<string, string>> {
  const failures = await hub.importFindings(findings);
  const refused = failures.filter(({ retryable }) => !retryable);
  const again = new Set(failures.flatMap(({ id, retryable }) => (retryable ? [id] : [])));
  const second = await hub.importFindings(findings.filter(({ Id }) => again.has(Id)));
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
