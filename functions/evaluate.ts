import { Logger } from "@aws-lambda-powertools/logger";
import { blindSpotDaysFrom } from "./aws/environment.ts";
import { metricsCounter, type Counter } from "./aws/metrics.ts";
import { runTask, type Task } from "./aws/task.ts";
import type { NodeReference } from "./domain/node-reference.ts";
import { SEVERITY_BUDGET } from "./domain/choose-severity.ts";
import { quarantineNode, type QuarantineEntry } from "./domain/quarantine.ts";
import { STATE_BUDGET, withinBudget } from "./domain/reading.ts";
import { jsonBytes } from "./domain/text.ts";
import { judge, type Judgement } from "./domain/verdict.ts";
import type { GatherOutput } from "./gather.ts";

export interface EvaluateOutput {
  readonly references: readonly NodeReference[];
  readonly judgements: readonly Judgement[];
  /** Messages for the work queue, one per delay. */
  readonly notReady: readonly { readonly delaySeconds: number; readonly references: readonly NodeReference[] }[];
  readonly invalid: readonly QuarantineEntry[];
  /** What the state machine's choices look at. */
  readonly counts: { readonly judgements: number; readonly notReady: number; readonly invalid: number };
}

interface Ports {
  readonly logger: Pick<Logger, "info">;
  readonly counter: Counter;
  readonly blindSpotDays: number;
}

/** State Evaluate: accuracy, format and compliance of each reading. */
export function run({ references, readings }: GatherOutput, { logger, counter, blindSpotDays }: Ports): EvaluateOutput {
  const readingOf = new Map(readings.map((reading) => [reading.nodeId, reading]));
  const judgements: Judgement[] = [];
  const invalid: QuarantineEntry[] = [];
  const byDelay = new Map<number, NodeReference[]>();
  for (const reference of references) {
    const reading = readingOf.get(reference.nodeId);
    if (reading === undefined) throw new Error(`no reading of ${reference.nodeId}`);
    const verdict = judge(reference, reading, blindSpotDays);
    logger.info("node judged", {
      nodeId: reference.nodeId,
      operationId: (reference.patchRun ?? reference.associationRun)?.operationId,
      status: verdict.status,
      ...("reason" in verdict && { reason: verdict.reason }),
      ...("blindSpot" in verdict && { blindSpot: verdict.blindSpot.reason }),
    });
    if ("evidence" in verdict) {
      judgements.push(verdict);
    } else if (verdict.status === "invalid") {
      invalid.push(quarantineNode(reference, verdict.reason));
    } else {
      const { looks, delaySeconds } = verdict;
      byDelay.set(delaySeconds, [...(byDelay.get(delaySeconds) ?? []), { ...reference, looks }]);
    }
  }
  counter.record({
    NodesNotReady: [...byDelay.values()].flat().length,
    NodesInvalid: invalid.length,
    BlindSpots: judgements.filter(({ blindSpot }) => blindSpot !== undefined).length,
  });
  const notReady = [...byDelay].map(([delaySeconds, waiting]) => ({ delaySeconds, references: waiting }));
  const counts = { judgements: judgements.length, notReady: notReady.length, invalid: invalid.length };
  const rest = jsonBytes({ references, notReady, invalid, counts });
  return { references, judgements: bounded(judgements, STATE_BUDGET - rest), notReady, invalid, counts };
}

/** The judgements within their bytes, with room for the severities that the next state adds. */
function bounded(judgements: readonly Judgement[], budget: number): Judgement[] {
  const around = jsonBytes(judgements) - jsonBytes(judgements.map(({ evidence }) => evidence));
  const evidences = withinBudget(
    judgements.map(({ evidence }) => evidence),
    budget - around - judgements.length * SEVERITY_BUDGET,
  );
  return judgements.map((judgement, index) => ({ ...judgement, evidence: evidences[index] ?? judgement.evidence }));
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "evaluate" });

export const handler = (task: Task<GatherOutput>): Promise<EvaluateOutput> =>
  runTask(task, logger, (input) =>
    run(input, (ports ??= { logger, counter: metricsCounter(), blindSpotDays: blindSpotDaysFrom() })),
  );
