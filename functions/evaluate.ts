import { Logger } from "@aws-lambda-powertools/logger";
import { readEnvironment, readOptional } from "./runtime/environment.ts";
import { metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { runTask, type Task } from "./runtime/task.ts";
import type { NodeReference } from "./work/node-reference.ts";
import { SEVERITY_BUDGET } from "./compliance/node-severity.ts";
import { judgeConfirmed, withoutClaim, type Ec2Answer } from "./compliance/confirmed-verdict.ts";
import { withoutLeftOut } from "./compliance/left-out.ts";
import { quarantineNode, type QuarantineEntry } from "./work/quarantine.ts";
import { fitNode } from "./compliance/shorten-to-budget.ts";
import { NODE_BUDGET } from "./compliance/reading.ts";
import { jsonBytes } from "./runtime/text.ts";
import type { Judgement } from "./compliance/verdict.ts";
import type { GatherOutput } from "./gather.ts";

/** Gather's output, with EC2's answers if the state machine asked EC2. */
interface EvaluateInput extends Pick<GatherOutput, "references" | "readings"> {
  readonly askEc2?: GatherOutput["askEc2"];
  readonly ec2?: readonly Ec2Answer[];
}

/** The input of ChooseSeverity, and the nodes that are not judged. */
export interface EvaluateOutput {
  readonly references: readonly NodeReference[];
  readonly judgements: readonly Judgement[];
  /** Messages for the work queue, one per delay. */
  readonly notReady: readonly { readonly delaySeconds: number; readonly references: readonly NodeReference[] }[];
  /** Messages for the quarantine queue. */
  readonly invalid: readonly QuarantineEntry[];
  /** Input of the state machine's Choice states. */
  readonly counts: { readonly judgements: number; readonly notReady: number; readonly invalid: number };
}

interface Ports {
  readonly logger: Pick<Logger, "info">;
  readonly counter: Counter;
  readonly blindSpotDays: number;
  /** Default: none. */
  readonly platformsWithoutBlindSpots?: readonly string[];
}

/**
 * Runs state Evaluate: checks accuracy, format and compliance of each reading.
 *
 * @throws {Error} if a reference has no reading
 * @example
 * const { judgements, notReady, invalid } = run({ references, readings }, { logger, counter, blindSpotDays: 30 });
 */
export function run(
  input: EvaluateInput,
  { logger, counter, blindSpotDays, platformsWithoutBlindSpots = [] }: Ports,
): EvaluateOutput {
  const { references, readings } = input;
  const answerOf = ec2Answers(input);
  const readingOf = new Map(readings.map((reading) => [reading.nodeId, reading]));
  const judgements: Judgement[] = [];
  const invalid: QuarantineEntry[] = [];
  const byDelay = new Map<number, NodeReference[]>();
  for (const reference of references) {
    const reading = readingOf.get(reference.nodeId);
    if (reading === undefined) throw new Error(`no reading of ${reference.nodeId}`);
    const confirmed = judgeConfirmed(reference, reading, blindSpotDays, answerOf.get(reference.nodeId));
    const verdict = withoutLeftOut(confirmed, platformsWithoutBlindSpots);
    logger.info("node judged", {
      nodeId: reference.nodeId,
      operationId: (reference.patchRun ?? reference.associationRun)?.operationId,
      status: verdict.status,
      ...("reason" in verdict && { reason: verdict.reason }),
      ...("blindSpot" in verdict && { blindSpot: verdict.blindSpot.reason }),
    });
    if ("evidence" in verdict) {
      judgements.push(withinShare(verdict, reference));
    } else if (verdict.status === "invalid") {
      invalid.push(quarantineNode(reference, verdict.reason));
    } else {
      const { attempts, delaySeconds, claimRefuted, ec2Attempts } = verdict;
      const known = claimRefuted === true ? withoutClaim(reference) : reference;
      const waiting = { ...known, attempts, ...(ec2Attempts !== undefined && { ec2Attempts }) };
      byDelay.set(delaySeconds, [...(byDelay.get(delaySeconds) ?? []), waiting]);
    }
  }
  counter.record({
    NodesNotReady: [...byDelay.values()].flat().length,
    NodesInvalid: invalid.length,
    BlindSpots: judgements.filter(({ blindSpot }) => blindSpot !== undefined).length,
    Ec2NotAnswered: [...answerOf.values()].filter(({ answer }) => answer === undefined).length,
  });
  const notReady = [...byDelay].map(([delaySeconds, waiting]) => ({ delaySeconds, references: waiting }));
  const counts = { judgements: judgements.length, notReady: notReady.length, invalid: invalid.length };
  return { references, judgements, notReady, invalid, counts };
}

/** Returns EC2's answers by node. If EC2 gave none, the entry has no `answer`. */
function ec2Answers({ askEc2 = [], ec2 = [] }: EvaluateInput): Map<string, Ec2Answer> {
  return new Map([...askEc2, ...ec2].map((answer) => [answer.nodeId, answer]));
}

/** Shortens the judgement to its node's byte budget, with room for the severity that the next state adds. */
function withinShare(judgement: Judgement, reference: NodeReference): Judgement {
  const { evidence } = judgement;
  const otherBytes = jsonBytes(reference) + jsonBytes(judgement) - jsonBytes(evidence);
  return { ...judgement, evidence: fitNode(evidence, NODE_BUDGET - otherBytes - SEVERITY_BUDGET) };
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "evaluate" });

function createPorts(): Ports {
  const environment = readEnvironment("evaluate");
  const counter = metricsCounter(powertoolsMetrics(environment));
  const platformsWithoutBlindSpots = readOptional("PLATFORMS_WITHOUT_BLIND_SPOTS") ?? [];
  return { logger, counter, blindSpotDays: environment.BLIND_SPOT_DAYS, platformsWithoutBlindSpots };
}

/** Handles state Evaluate. */
export const handler = (task: Task<EvaluateInput>): Promise<EvaluateOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= createPorts())));
