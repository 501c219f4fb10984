import { Logger } from "@aws-lambda-powertools/logger";
import { ec2Instances } from "./ec2/instances.ts";
import { findingScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure, failureKind } from "./runtime/failure.ts";
import { managedNodes } from "./systems-manager/managed-nodes.ts";
import { metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { queues, type Queue } from "./queues/queue.ts";
import { securityHub, type SecurityHub } from "./security-hub/security-hub.ts";
import { systemsManager } from "./systems-manager/systems-manager.ts";
import { readSweepMessage } from "./work/sweep-message.ts";
import { readSweepPage, type SweepSources } from "./systems-manager/sweep-pages.ts";
import { productArn } from "./finding/finding-identity.ts";
import { afterPage, MAX_ATTEMPTS, MAX_PAGES, retrySeconds, spreadSeconds, type SweepTurn } from "./work/sweep-turn.ts";

interface Ports extends SweepSources {
  readonly hub: Pick<SecurityHub, "search" | "probe">;
  readonly queue: Pick<Queue, "sendAfter">;
  readonly sweepQueueUrl: string;
  readonly workQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly counter: Counter;
  /** Milliseconds until the function is ended from outside. */
  readonly remaining: () => number;
}

/** What one turn did. */
export type SweepOutcome = "finished" | "handedOn" | "skipped" | "unfinished";

/** Time kept for the page under way, and for handing on. */
export const RESERVE_MS = 120_000;
const MESSAGES_PER_TURN = 100;

/**
 * One turn of a sweep: reads pages while there is time, sends each page's nodes to the work queue with a growing delay,
 * and hands the rest on. A lost event is repaired by it; nodes about which nothing is new cost reads only.
 *
 * @throws where a message could not be sent: the turn is then done again, which is harmless
 */
export async function run(body: string, ports: Ports): Promise<SweepOutcome> {
  let turn = readSweepMessage(body);
  if (turn === undefined) return unfinished("a message that is neither the schedule's nor the sweep's own", {}, ports);
  if (isFirst(turn) && !(await hubAnswers(ports))) return "skipped";
  let sent = 0;
  const firstPage = turn.pages;
  while (sent < MESSAGES_PER_TURN && ports.remaining() > RESERVE_MS) {
    if (turn.pages >= MAX_PAGES) return unfinished(`more than ${MAX_PAGES} pages`, turn, ports);
    let page;
    try {
      page = await readSweepPage(turn, ports);
    } catch (error) {
      return failed(error, turn, turn.pages === firstPage, ports);
    }
    const { references } = page;
    if (references.length > 0) {
      await ports.queue.sendAfter(ports.workQueueUrl, { references }, spreadSeconds(sent));
      sent += 1;
    }
    ports.logger.info("sweep page", { ...turn, nodes: references.length });
    const next = afterPage(turn, page.next);
    if (next === undefined) return finished(turn, ports);
    turn = next;
  }
  await ports.queue.sendAfter(ports.sweepQueueUrl, { sweep: turn }, spreadSeconds(sent));
  return "handedOn";
}

function isFirst({ stage, token, attempts }: SweepTurn): boolean {
  return stage === "nodes" && token === undefined && attempts === 0;
}

/** Without Security Hub nothing could be published; the next sweep comes by itself. */
async function hubAnswers({ hub, scope, logger, counter }: Ports): Promise<boolean> {
  try {
    await hub.probe(productArn(scope));
    return true;
  } catch (error) {
    counter.count("SweepSkipped");
    logger.warn("sweep skipped: Security Hub takes no findings now", { failure: describeFailure(error) });
    return false;
  }
}

/**
 * Tries the page again later. A token that was handed on and is refused has expired, and its stage begins anew; one
 * that is refused right after it was given would be refused for ever.
 */
async function failed(
  error: unknown,
  { token, ...turn }: SweepTurn,
  wasHandedOn: boolean,
  ports: Ports,
): Promise<SweepOutcome> {
  const kind = failureKind(error);
  const attempts = turn.attempts + 1;
  const failure = describeFailure(error);
  const refused = kind === "refused" || kind === "defect";
  const hopeless = kind === "denied" || (refused && !wasHandedOn);
  if (hopeless || attempts >= MAX_ATTEMPTS) {
    return unfinished(failure, turn, ports);
  }
  const keepsToken = token !== undefined && !refused;
  const again = { ...turn, attempts, ...(keepsToken && { token }) };
  ports.logger.warn("sweep waits", { ...again, failure });
  await ports.queue.sendAfter(ports.sweepQueueUrl, { sweep: again }, retrySeconds(attempts));
  return "handedOn";
}

function finished({ startedAt, pages }: SweepTurn, { counter, logger }: Ports): SweepOutcome {
  counter.count("SweepFinished");
  logger.info("sweep finished", { startedAt, pages: pages + 1 });
  return "finished";
}

/** The next sweep begins anew; an alarm says that this one did not reach all nodes. */
function unfinished(reason: string, turn: object, { counter, logger }: Ports): SweepOutcome {
  counter.count("SweepUnfinished");
  logger.error("sweep not finished", { reason, ...turn });
  return "unfinished";
}

interface SqsEvent {
  readonly Records: readonly { readonly body: string }[];
}
interface Context {
  getRemainingTimeInMillis(): number;
}

function createPorts(): Omit<Ports, "remaining"> {
  const environment = readEnvironment("sweep");
  return {
    managedNodes: managedNodes(),
    data: systemsManager(),
    instances: ec2Instances(),
    hub: securityHub(),
    scope: findingScopeFrom(environment),
    queue: queues(),
    sweepQueueUrl: environment.SWEEP_QUEUE_URL,
    workQueueUrl: environment.WORK_QUEUE_URL,
    logger: new Logger({ serviceName: "sweep" }),
    counter: metricsCounter(powertoolsMetrics(environment)),
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** The event source mapping hands over one message at a time. */
export async function handler(event: SqsEvent, context: Context): Promise<void> {
  ports ??= createPorts();
  for (const { body } of event.Records) {
    await run(body, { ...ports, remaining: () => context.getRemainingTimeInMillis() });
  }
}
