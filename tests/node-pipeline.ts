/** From Systems Manager's answers to the changes of findings, as the state machine goes. */
import { run as chooseSeverities } from "../functions/choose-severity.ts";
import type { Change } from "../functions/domain/change.ts";
import type { Ec2Answer } from "../functions/domain/confirmed-verdict.ts";
import type { NodeReference } from "../functions/domain/node-reference.ts";
import { reconcile } from "../functions/domain/reconcile.ts";
import type { StoredFinding } from "../functions/domain/stored-finding.ts";
import { run as evaluate, type EvaluateOutput } from "../functions/evaluate.ts";
import { run as gather } from "../functions/gather.ts";
import { NO_METRICS } from "./counters.ts";
import { NODE, READ_AT, reference, SCOPE } from "./node-fixtures.ts";
import { world, type World } from "./patch-data.ts";

const logger = { info: () => undefined, warn: () => undefined };

export interface Outcome {
  readonly evaluated: EvaluateOutput;
  readonly changes: readonly Change[];
  readonly calls: readonly string[];
}

/** One execution over these nodes; EC2 says that the instances it is asked about are running, unless told otherwise. */
export async function execution(
  given: World,
  references: readonly NodeReference[] = [reference()],
  stored: readonly StoredFinding[] = [],
  readAt = READ_AT,
  answers: (nodeId: string) => Omit<Ec2Answer, "nodeId"> = () => ({ answer: { states: ["running"] } }),
): Promise<Outcome> {
  const { data, calls } = world(given);
  const ports = { logger, counter: NO_METRICS, blindSpotDays: 30 };
  const gathered = await gather({ references }, { ...ports, data, now: () => new Date(readAt) });
  const ec2 = gathered.askEc2.map(({ nodeId }) => ({ nodeId, ...answers(nodeId) }));
  const evaluated = evaluate({ ...gathered, ec2 }, ports);
  const { judgements } = chooseSeverities(evaluated, { rules: [], logger });
  return { evaluated, changes: judgements.flatMap((judged) => reconcile(judged, stored, SCOPE)), calls };
}

/** The finding about a node's compliance that an execution opens, updates or closes. */
export function findingOf({ changes }: Outcome, nodeId = NODE): Exclude<Change["finding"], undefined> {
  const finding = changes.find((change) => change.nodeId === nodeId && change.kind === undefined)?.finding;
  if (finding === undefined) throw new Error(`no finding: ${JSON.stringify(changes)}`);
  return finding;
}
