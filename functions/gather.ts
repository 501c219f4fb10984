import { Logger } from "@aws-lambda-powertools/logger";
import { readNodes } from "./aws/node-reader.ts";
import { systemsManager, type PatchData } from "./aws/ssm.ts";
import type { NodeReference } from "./domain/node-reference.ts";
import type { NodeReading } from "./domain/reading.ts";
import { readReferences } from "./aws/work-message.ts";
import { runTask, type Task } from "./aws/task.ts";

/** The execution's input. */
export interface GatherInput {
  readonly references: readonly NodeReference[];
}

export interface GatherOutput extends GatherInput {
  readonly readings: readonly NodeReading[];
}

interface Ports {
  readonly data: PatchData;
  readonly now: () => Date;
  readonly logger: Pick<Logger, "info" | "warn">;
}

/** State Gather: reads the truth from Systems Manager, whatever the event said. */
export async function run(input: GatherInput, { data, now, logger }: Ports): Promise<GatherOutput> {
  const references = readReferences(input);
  const readings = await readNodes(references, data, now);
  for (const { nodeId, unread } of readings) if (unread !== undefined) logger.warn("node not read", { nodeId, unread });
  logger.info("nodes read", { nodes: readings.length });
  return { references, readings };
}

let ports: Ports | undefined;

const logger = new Logger({ serviceName: "gather" });

export const handler = (task: Task<GatherInput>): Promise<GatherOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= { data: systemsManager(), now: () => new Date(), logger })));
