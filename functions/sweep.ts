import { Logger } from "@aws-lambda-powertools/logger";
import { namedTags } from "../contract/policies.ts";
import { ec2Instances } from "./ec2/instances.ts";
import type { Destination, Listed } from "./finding/destination.ts";
import { openGauges } from "./finding/open-gauges.ts";
import { destinationFrom } from "./runtime/destination.ts";
import { nodeScopeFrom, readEnvironment, readOptional } from "./runtime/environment.ts";
import { describeFailure, failureKind } from "./runtime/failure.ts";
import { managedNodes } from "./systems-manager/managed-nodes.ts";
import { metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { readPolicies } from "./runtime/policies.ts";
import { nodeTags } from "./resource-tags/resource-tags.ts";
import { queues, type Queue } from "./queues/queue.ts";
import { systemsManager } from "./systems-manager/systems-manager.ts";
import { readSweepMessage } from "./work/sweep-message.ts";
import { fleetSummaries } from "./systems-manager/fleet-summaries.ts";
import { sweepReader, type SweepSources } from "./systems-manager/sweep-pages.ts";
import { sweepOutbox, type SweepOutbox } from "./queues/sweep-outbox.ts";
import {
  addTally,
  afterPage,
  MAX_TURN_ATTEMPTS,
  MAX_PAGES,
  retryOf,
  retrySeconds,
  spreadSeconds,
  type SweepTurn,
} from "./work/sweep-turn.ts";

interface Ports extends SweepSources {
  readonly destination: Pick<Destination, "name" | "probe" | "list">;
  readonly queue: Pick<Queue, "sendAfter">;
  readonly sweepQueueUrl: string;
  readonly workQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly counter: Counter;
  /** Milliseconds until Lambda ends the function. */
  readonly remaining: () => number;
}

/** The result of one turn. */
export type SweepOutcome = "finished" | "handedOn" | "skipped" | "unfinished";

/** Milliseconds kept for the current page, and for sending the next turn. */
export const RESERVE_MS = 180_000;
/** Sent one after the other, they fill the longest delay of SQS. */
const MESSAGES_PER_TURN = 400;

/**
 * Runs one turn of a sweep. Reads pages while there is time, and compares their nodes with the findings. Sends those that
 * must be checked to the work queue with a growing delay, and the next turn to the sweep queue. A sweep repairs lost
 * events. Unchanged nodes cost only the reads of lists.
 *
 * @param body the message of the sweep queue
 * @throws if a message could not be sent. SQS then delivers the turn again, which is harmless
 * @example
 * const outcome = await run(record.body, ports); // "handedOn"
 */
export async function run(body: string, ports: Ports): Promise<SweepOutcome> {
  const turn = readSweepMessage(body);
  if (turn === undefined) return stop("the message is neither from the schedule nor from the sweep", {}, ports);
  if (isFirst(turn) && !(await isAvailable(ports))) return "skipped";
  const outbox = sweepOutbox(ports.queue, ports.workQueueUrl);
  const end = await readPages(turn, outbox, ports);
  // Before the next turn is sent: if this fails, SQS delivers this turn again.
  await outbox.flush();
  ports.counter.record({ NodesCompared: outbox.compared, NodesSwept: outbox.nodes });
  return end();
}

/** Ends a turn: hands it on, or reports the end of the sweep. */
type End = () => SweepOutcome | Promise<SweepOutcome>;

/** Reads pages until the stages or the time end, or a read fails. */
async function readPages(first: SweepTurn, outbox: SweepOutbox, ports: Ports): Promise<End> {
  const readPage = sweepReader(ports);
  let turn = first;
  while (outbox.messages < MESSAGES_PER_TURN && ports.remaining() > RESERVE_MS) {
    const current = turn;
    if (turn.pages >= MAX_PAGES) return () => stop(`the sweep has more than ${MAX_PAGES} pages`, current, ports);
    let page;
    try {
      page = await readPage(turn);
    } catch (error) {
      return () => retryOrStop(error, current, current.pages === first.pages, ports);
    }
    const { references, nodes, open = [] } = page;
    await outbox.add(references, nodes.compared);
    ports.logger.info("sweep page", { ...turn, nodes: nodes.compared, toCheck: references.length });
    const tally = addTally(turn.tally, nodes);
    const next = afterPage({ ...turn, ...(tally && { tally }) }, page.next, ports.unmanaged !== undefined);
    if (next === undefined) return () => finish(current, open, ports);
    turn = next;
  }
  return async (): Promise<SweepOutcome> => {
    await ports.queue.sendAfter(ports.sweepQueueUrl, { sweep: turn }, spreadSeconds(outbox.messages));
    return "handedOn";
  };
}

function isFirst({ stage, token, attempts }: SweepTurn): boolean {
  return stage === "nodes" && token === undefined && attempts === 0;
}

/** Skips the sweep if the destination is unavailable: nothing could be published. */
async function isAvailable({ destination, logger, counter }: Ports): Promise<boolean> {
  try {
    await destination.probe();
    return true;
  } catch (error) {
    counter.count("SweepSkipped");
    logger.warn(`sweep skipped: ${destination.name} accepts no findings`, { failure: describeFailure(error) });
    return false;
  }
}

/**
 * Reads the page again later. If AWS refuses a token from an earlier turn, the token has expired, and its stage starts
 * again. If AWS refuses a token of this turn, a retry would not help, and the sweep stops.
 */
async function retryOrStop(
  error: unknown,
  current: SweepTurn,
  wasHandedOn: boolean,
  ports: Ports,
): Promise<SweepOutcome> {
  const { token, ...turn } = current;
  const kind = failureKind(error);
  const failure = describeFailure(error);
  const refused = kind === "refused" || kind === "defect";
  const permanent = kind === "denied" || (refused && !wasHandedOn);
  const retry = retryOf(current, token !== undefined && !refused);
  if (permanent || retry.attempts >= MAX_TURN_ATTEMPTS) return stop(failure, turn, ports);
  ports.logger.warn("sweep page not read; it will be retried", { ...retry, failure });
  await ports.queue.sendAfter(ports.sweepQueueUrl, { sweep: retry }, retrySeconds(retry.attempts));
  return "handedOn";
}

function finish(
  { startedAt, pages, tally }: SweepTurn,
  open: readonly Listed[],
  { counter, logger }: Ports,
): SweepOutcome {
  const gauges = openGauges(open, tally);
  counter.count("SweepFinished");
  counter.gauge(gauges);
  logger.info("sweep finished", { startedAt, pages: pages + 1, ...gauges });
  return "finished";
}

/** Ends a sweep early. An alarm reports it, and the next scheduled sweep starts from the beginning. */
function stop(reason: string, turn: object, { counter, logger }: Ports): SweepOutcome {
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
  const policies = readPolicies();
  const logger = new Logger({ serviceName: "sweep" });
  const counter = metricsCounter(powertoolsMetrics(environment));
  const policy = readOptional("UNMANAGED_INSTANCES");
  return {
    managedNodes: managedNodes(),
    data: { ...systemsManager(), ...(namedTags(policies).length > 0 && { tags: nodeTags(nodeScopeFrom()) }) },
    summaries: fleetSummaries(),
    now: () => new Date(),
    ...(policy && { unmanaged: { instances: ec2Instances(), policy } }),
    settings: {
      platformsWithoutBlindSpots: readOptional("PLATFORMS_WITHOUT_BLIND_SPOTS") ?? [],
      blindSpotDays: environment.BLIND_SPOT_DAYS,
      policies,
      sweepHours: environment.SWEEP_HOURS,
    },
    destination: destinationFrom(environment, logger, counter, policies),
    queue: queues(),
    sweepQueueUrl: environment.SWEEP_QUEUE_URL,
    workQueueUrl: environment.WORK_QUEUE_URL,
    logger,
    counter,
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Handles messages of the sweep queue. The event source mapping delivers one at a time. */
export async function handler(event: SqsEvent, context: Context): Promise<void> {
  ports ??= createPorts();
  for (const { body } of event.Records) {
    await run(body, { ...ports, remaining: () => context.getRemainingTimeInMillis() });
  }
}
