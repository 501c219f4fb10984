import { Logger } from "@aws-lambda-powertools/logger";
import { nodeScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { failureKind } from "./runtime/failure.ts";
import { metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { readNodes } from "./systems-manager/node-reader.ts";
import { nodeTags } from "./resource-tags/resource-tags.ts";
import { withinTime } from "./systems-manager/reading-time.ts";
import { systemsManager, type PatchData } from "./systems-manager/systems-manager.ts";
import { mustAskEc2 } from "./compliance/confirmed-verdict.ts";
import { SystemsManagerDenied } from "./runtime/errors.ts";
import type { NodeReference } from "./work/node-reference.ts";
import type { NodeReading } from "./compliance/reading.ts";
import { readReferences } from "./work/work-message.ts";
import { readPolicies } from "./runtime/policies.ts";
import { namedTags, type Policies } from "../contract/policies.ts";
import { runTask, type Task } from "./runtime/task.ts";

/** The execution's input. */
interface GatherInput {
  readonly references: readonly NodeReference[];
}

/** The input of an execution that a maintenance window started. */
interface WindowInput {
  readonly windowExecutionId: string;
}

/** The input of Evaluate. */
export interface GatherOutput extends GatherInput {
  readonly readings: readonly NodeReading[];
  /** The instances that the state machine must ask EC2 about before Evaluate. */
  readonly askEc2: readonly { readonly nodeId: string }[];
  readonly counts: { readonly askEc2: number };
}

interface Ports {
  readonly data: PatchData;
  readonly now: () => Date;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly counter: Counter;
  readonly blindSpotDays: number;
  readonly policies: Policies;
}

/**
 * Runs state Gather: reads the patch compliance of the nodes from Systems Manager. The event only named the nodes.
 *
 * @throws {SystemsManagerThrottled | SystemsManagerUnavailable | SystemsManagerDenied} if no node could be read
 * @example
 * const { readings } = await run({ references: [{ nodeId: "i-0123456789abcdef0", attempts: 0 }] }, ports);
 */
export async function run(input: GatherInput, ports: Ports): Promise<GatherOutput> {
  const { logger, blindSpotDays } = ports;
  const references = readReferences(input);
  const readings = await readAll(references, ports);
  for (const { nodeId, unread } of readings) if (unread !== undefined) logger.warn("node not read", { nodeId, unread });
  const readingOf = new Map(readings.map((reading) => [reading.nodeId, reading]));
  const askEc2 = references.flatMap((reference) => {
    const reading = readingOf.get(reference.nodeId);
    return reading !== undefined && mustAskEc2(reference, reading, blindSpotDays) ? [{ nodeId: reference.nodeId }] : [];
  });
  logger.info("nodes read", { nodes: readings.length, askEc2: askEc2.length });
  return { references, readings, askEc2, counts: { askEc2: askEc2.length } };
}

/**
 * Milliseconds for the reads of an execution, well below the function's time-out. Nodes that are not read by then come
 * back in a few seconds.
 */
export const READING_MS = 120_000;

/** Reads the nodes. Counts denied reads once per execution, for the alarm: a person must fix the permission. */
async function readAll(
  references: readonly NodeReference[],
  { data, now, counter, policies }: Pick<Ports, "data" | "now" | "counter" | "policies">,
): Promise<NodeReading[]> {
  let denied = false;
  const timed = withinTime(data, READING_MS);
  try {
    const onFailure = (error: unknown): unknown => (denied ||= failureKind(error) === "denied");
    return await readNodes(references, timed.data, now, onFailure, policies);
  } catch (error) {
    denied = error instanceof SystemsManagerDenied;
    throw error;
  } finally {
    timed.end();
    if (denied) counter.count("SystemsManagerDenied");
  }
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "gather" });

function createPorts(): Ports {
  const environment = readEnvironment("gather");
  const counter = metricsCounter(powertoolsMetrics(environment));
  const policies = readPolicies();
  return {
    data: {
      ...systemsManager(undefined, () => counter.count("SummariesRefused")),
      ...(namedTags(policies).length > 0 && { tags: nodeTags(nodeScopeFrom()) }),
    },
    now: () => new Date(),
    logger,
    counter,
    blindSpotDays: environment.BLIND_SPOT_DAYS,
    policies,
  };
}

/** Handles state Gather. The execution of a maintenance window has no nodes yet: its input passes through. */
export const handler = (task: Task<GatherInput | WindowInput>): Promise<GatherOutput | WindowInput> =>
  runTask<GatherInput | WindowInput, GatherOutput | WindowInput>(task, logger, (input) =>
    "windowExecutionId" in input ? input : run(input, (ports ??= createPorts())),
  );
