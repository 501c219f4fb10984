import { Logger } from "@aws-lambda-powertools/logger";
import { setTimeout } from "node:timers/promises";
import { findingScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { sendTwice, type NotAccepted } from "./security-hub/import-findings.ts";
import { countError, metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { securityHub, type SecurityHub } from "./security-hub/security-hub.ts";
import { runTask, type Task } from "./runtime/task.ts";
import { settleWorkflow, type WorkflowPorts } from "./security-hub/settle-workflow.ts";
import type { ChooseSeverityOutput } from "./choose-severity.ts";
import type { UpdateFailure } from "./security-hub/workflow-update.ts";
import type { Change } from "./finding/change.ts";
import { FindingsNotAccepted, FindingsRefusedAlike, SecurityHubUnavailable, StaleReading } from "./runtime/errors.ts";
import { FINDING_KINDS } from "../contract/generators.ts";
import { findingId, productArn, type FindingScope } from "./security-hub/asff/finding-identity.ts";
import { changeCounts, operationAges } from "./finding/change-metrics.ts";
import { quarantineNode, type QuarantineEntry } from "./work/quarantine.ts";
import { reconcile } from "./finding/reconcile.ts";
import { refusedAlike } from "./finding/refused-alike.ts";
import { isOutage } from "./finding/stuck-findings.ts";
import { isOwnFinding, type ImportableFinding, type StoredFinding } from "./security-hub/asff/stored-finding.ts";

/** The output of the execution. */
export interface PublishOutput {
  readonly references: ChooseSeverityOutput["references"];
  /** The changes that were made, or planned if the deployment only plans. */
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
  /** True if Publish only logs what it would write. */
  readonly planOnly: boolean;
}

/**
 * The greatest age of a reading that may close a finding. The node may have become noncompliant since it was read.
 *
 * It must be longer than all retries of Publish take (statemachine/patch-findings.asl.json). That is safe: every attempt
 * reads the stored findings again, and closes only findings that show no later operation.
 */
export const MAX_PROOF_AGE_MS = 15 * 60_000;

/**
 * Runs state Publish: compares the findings that nodes should have with those in Security Hub, and imports the changes.
 * Running it again is harmless: a finding that was accepted the first time is unchanged the second time.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled | StaleReading}
 * @throws {FindingsNotAccepted | FindingsRefusedAlike} after all other findings are written
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
  const stored = await ownFindings(input, ports);
  const changes = input.judgements.flatMap((judged) => reconcile(judged, stored, ports.scope));
  checkProofAge(changes, input, ports.now());
  const messageOf = ports.planOnly ? new Map<string, string>() : await write(changes, input, stored, ports);
  const rejected: QuarantineEntry[] = [];
  const done: Done[] = [];
  for (const { finding, ...change } of changes) {
    const message = finding && messageOf.get(finding.Id);
    const reference = input.references.find(({ nodeId }) => nodeId === change.nodeId);
    if (message === undefined) done.push(change);
    else
      rejected.push(
        quarantineNode(
          reference ?? { nodeId: change.nodeId, attempts: 0 },
          "Security Hub refused the finding",
          message,
        ),
      );
  }
  // Imported changes have been logged already.
  logChanges(ports.planOnly ? done : done.filter(({ action }) => action === "unchanged"), input, ports);
  for (const { nodeId, message } of rejected) ports.logger.warn("finding refused", { nodeId, message });
  ports.counter.record({ FindingsRejected: rejected.length });
  return { references: input.references, changes: done, rejected, counts: { rejected: rejected.length } };
}

type Done = Omit<Change, "finding">;

/** Writes as much as possible, then throws. Returns why Security Hub refused findings, by Id. */
async function write(
  changes: readonly Change[],
  input: ChooseSeverityOutput,
  stored: readonly StoredFinding[],
  ports: Ports,
): Promise<ReadonlyMap<string, string>> {
  const { refused, stuck } = await importAll(changes, input, ports);
  const unset = await settle(changes, input, stored, new Set([...refused.keys(), ...stuck.map(({ id }) => id)]), ports);
  throwIfStuck(changes, input, stuck, ports);
  throwIfRefusedAlike(changes, refused, ports);
  throwOrCountUnset(unset, refused.size === 0, ports);
  return refused;
}

/** Throws if findings are stuck. Redrive then separates their nodes, and refused findings are refused again later. */
function throwIfStuck(
  changes: readonly Change[],
  { references }: ChooseSeverityOutput,
  stuck: NotAccepted["stuck"],
  { logger }: Ports,
): void {
  const [first] = stuck;
  if (first === undefined) return;
  for (const { id, message } of stuck) logger.warn("finding not accepted", { id, message });
  const sent = findingsOf(changes).length;
  const message = `${stuck.length} of ${sent} findings not accepted yet, each sent twice: ${first.message}`;
  const outage = isOutage(changes, new Set(stuck.map(({ id }) => id)), references);
  throw outage ? new SecurityHubUnavailable(message) : new FindingsNotAccepted(message);
}

function throwIfRefusedAlike(changes: readonly Change[], refused: NotAccepted["refused"], { logger }: Ports): void {
  const alike = refusedAlike(changes, refused);
  if (alike === undefined) return;
  logger.warn("all findings refused for the same reason", { findings: refused.size, message: alike });
  throw new FindingsRefusedAlike(`Security Hub refused all ${refused.size} findings for the same reason: ${alike}`);
}

/** Throws so that the state is retried. If refused findings must be quarantined now, the next execution sets the status. */
function throwOrCountUnset(unset: readonly UpdateFailure[], mayRetry: boolean, { counter }: Ports): void {
  const [first] = unset;
  if (first === undefined) return;
  if (mayRetry) throw new SecurityHubUnavailable(`workflow status not set yet: ${first.message}`);
  counter.count("WorkflowRefused", unset.length);
}

/** Logs one line per change. */
function logChanges(done: readonly Done[], { judgements }: ChooseSeverityOutput, { logger, planOnly }: Ports): void {
  const operationOf = new Map(
    judgements.map(({ evidence: { nodeId, sources, run } }) => [nodeId, sources[0]?.operationId ?? run?.operationId]),
  );
  for (const change of done) {
    const operationId = operationOf.get(change.nodeId);
    logger.info(planOnly ? "finding planned" : "finding", { ...change, operationId });
  }
}

/** Reads the findings with the program's Ids. `reconcile` checks that the program wrote them. */
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
 * Sets the workflow status of closed and of unchanged findings: an earlier attempt may have closed a finding and failed
 * before it set the status. Security Hub resets the status when an import opens a finding.
 */
async function settle(
  changes: readonly Change[],
  { judgements }: ChooseSeverityOutput,
  stored: readonly StoredFinding[],
  failed: ReadonlySet<string>,
  ports: Ports,
): Promise<readonly UpdateFailure[]> {
  const { scope } = ports;
  const closed = findingsOf(changes.filter(({ action }) => action === "close")).map(({ Id }) => Id);
  const opened = findingsOf(changes.filter(({ action }) => action === "reopen")).map(({ Id }) => Id);
  const moved = new Set([...closed, ...opened]);
  const own = judgements.flatMap(({ evidence: { nodeId } }) =>
    FINDING_KINDS.flatMap((kind) => stored.filter((finding) => isOwnFinding(finding, scope, nodeId, kind))),
  );
  return settleWorkflow(
    productArn(scope),
    own.filter(({ Id }) => !moved.has(Id)),
    closed.filter((id) => !failed.has(id)),
    ports,
  );
}

/**
 * Imports the changes. Accepted findings are logged and counted even if a later call fails: a retry finds them
 * unchanged.
 */
async function importAll(changes: readonly Change[], input: ChooseSeverityOutput, ports: Ports): Promise<NotAccepted> {
  const accepted = new Set<string>();
  try {
    return await sendTwice(
      findingsOf(changes),
      (findings, accept) => ports.hub.importFindings(findings, accept),
      (ids) => ids.forEach((id) => accepted.add(id)),
    );
  } finally {
    const done = changes.flatMap(({ finding, ...change }) => (finding && accepted.has(finding.Id) ? [change] : []));
    logChanges(done, input, ports);
    const ages = operationAges(input.judgements, done, ports.now());
    ports.counter.record(changeCounts(done), { OperationToAcceptance: ages });
  }
}

/** Throws {@link StaleReading} if a finding would close on an old reading. The nodes are then parked and read again. */
function checkProofAge(changes: readonly Change[], { judgements }: ChooseSeverityOutput, now: Date): void {
  const closing = new Set(changes.flatMap(({ nodeId, action }) => (action === "close" ? [nodeId] : [])));
  for (const { evidence, removed } of judgements) {
    if (removed !== undefined) continue;
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

function createPorts(): Ports {
  const environment = readEnvironment("publish");
  return {
    hub: securityHub(),
    scope: findingScopeFrom(environment),
    logger,
    counter: metricsCounter(powertoolsMetrics(environment)),
    now: () => new Date(),
    pause: (milliseconds) => setTimeout(milliseconds),
    planOnly: environment.PLAN_ONLY,
  };
}

/** Handles state Publish. */
export const handler = (task: Task<ChooseSeverityOutput>): Promise<PublishOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= createPorts())));
