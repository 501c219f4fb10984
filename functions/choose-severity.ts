import { Logger } from "@aws-lambda-powertools/logger";
import { readPolicies } from "./runtime/policies.ts";
import { runTask, type Task } from "./runtime/task.ts";
import { chooseSeverity, type RatedJudgement } from "./compliance/node-severity.ts";
import type { NodeReference } from "./work/node-reference.ts";
import type { Policies } from "../contract/policies.ts";
import type { EvaluateOutput } from "./evaluate.ts";

/** The input of Publish. */
export interface ChooseSeverityOutput {
  /** The judged nodes. The state machine parks them if Security Hub is unavailable. */
  readonly references: readonly NodeReference[];
  readonly judgements: readonly RatedJudgement[];
}

interface Ports {
  readonly policies: Policies;
  readonly logger: Pick<Logger, "info">;
}

/**
 * Runs state ChooseSeverity: chooses the highest severity over all noncompliant patches of each node.
 *
 * @example
 * run(evaluateOutput, { policies: DEFAULT_POLICIES, logger }).judgements[0]?.severity.label; // "HIGH"
 */
export function run({ references, judgements }: EvaluateOutput, { policies, logger }: Ports): ChooseSeverityOutput {
  const judged = new Set(judgements.map(({ evidence }) => evidence.nodeId));
  const rated = judgements.map((judgement) => ({
    ...judgement,
    severity: chooseSeverity(judgement.evidence, policies),
  }));
  for (const { evidence, severity } of rated) {
    logger.info("severity chosen", { nodeId: evidence.nodeId, severity: severity.label, reason: severity.reason });
  }
  return { references: references.filter(({ nodeId }) => judged.has(nodeId)), judgements: rated };
}

let ports: Ports | undefined;
const logger = new Logger({ serviceName: "choose-severity" });

/** Handles state ChooseSeverity. */
export const handler = (task: Task<EvaluateOutput>): Promise<ChooseSeverityOutput> =>
  runTask(task, logger, (input) => run(input, (ports ??= { policies: readPolicies(), logger })));
