import { Logger } from "@aws-lambda-powertools/logger";
import { readPolicies } from "./runtime/policies.ts";
import { runTask, type Task } from "./runtime/task.ts";
import { chooseSeverity, type RatedJudgement } from "./compliance/node-severity.ts";
import type { NodeReference } from "./work/node-reference.ts";
import type { SeverityRule } from "../contract/severity-rules.ts";
import type { EvaluateOutput } from "./evaluate.ts";

/** The input of Publish. */
export interface ChooseSeverityOutput {
  /** The judged nodes. The state machine parks them if Security Hub is unavailable. */
  readonly references: readonly NodeReference[];
  readonly judgements: readonly RatedJudgement[];
}

interface Ports {
  readonly rules: readonly SeverityRule[];
  readonly logger: Pick<Logger, "info">;
}

/**
 * Runs state ChooseSeverity: chooses the highest severity over all noncompliant patches of each node.
 *
 * @example
 * run(evaluateOutput, { rules: [], logger }).judgements[0]?.severity.label; // "HIGH"
 */
export function run({ references, judgements }: EvaluateOutput, { rules, logger }: Ports): ChooseSeverityOutput {
  const judged = new Set(judgements.map(({ evidence }) => evidence.nodeId));
  const rated = judgements.map((judgement) => ({
    ...judgement,
    severity: chooseSeverity(judgement.evidence, rules),
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
  runTask(task, logger, (input) => run(input, (ports ??= { rules: readPolicies().severityRules, logger })));
