import { Logger } from "@aws-lambda-powertools/logger";
import { findingScopeFrom } from "./aws/environment.ts";
import { securityHub, type SecurityHub } from "./aws/security-hub.ts";
import type { ChooseSeverityOutput } from "./choose-severity.ts";
import { SecurityHubUnavailable } from "./domain/errors.ts";
import { findingId, productArn, type FindingScope } from "./domain/finding-identity.ts";
import { quarantineNode, type QuarantineEntry } from "./domain/quarantine.ts";
import { isOwnFinding, reconcile, type Change } from "./domain/reconcile.ts";

export interface PublishOutput {
  readonly changes: readonly Omit<Change, "finding">[];
  /** Findings that Security Hub refused for their content. */
  readonly rejected: readonly QuarantineEntry[];
  readonly counts: { readonly rejected: number };
}

interface Ports {
  readonly hub: SecurityHub;
  readonly scope: FindingScope;
  readonly logger: Pick<Logger, "info" | "warn">;
}

/**
 * State Publish: compares the findings that should be with those in Security Hub, and imports what differs.
 * Running it again is harmless: what was accepted the first time is unchanged the second time.
 *
 * @throws {SecurityHubThrottled | SecurityHubUnavailable | SecurityHubNotEnabled}
 */
export async function run(input: ChooseSeverityOutput, ports: Ports): Promise<PublishOutput> {
  const changes = await plan(input, ports);
  const findings = changes.flatMap(({ finding }) => finding ?? []);
  const failures = await ports.hub.importFindings(findings);
  const again = failures.find(({ retryable }) => retryable);
  if (again !== undefined) throw new SecurityHubUnavailable(`findings not accepted yet: ${again.message}`);
  const messageOf = new Map(failures.map(({ id, message }) => [id, message]));
  const rejected: QuarantineEntry[] = [];
  const done: Omit<Change, "finding">[] = [];
  for (const { finding, ...change } of changes) {
    const message = finding && messageOf.get(finding.Id);
    const reference = input.references.find(({ nodeId }) => nodeId === change.nodeId);
    if (message === undefined) done.push(change);
    else
      rejected.push(
        quarantineNode(reference ?? { nodeId: change.nodeId, looks: 0 }, "Security Hub refused the finding", message),
      );
  }
  for (const change of done) ports.logger.info("finding", { ...change });
  for (const { nodeId, message } of rejected) ports.logger.warn("finding refused", { nodeId, message });
  return { changes: done, rejected, counts: { rejected: rejected.length } };
}

async function plan({ judgements }: ChooseSeverityOutput, { hub, scope }: Ports): Promise<Change[]> {
  const ids = judgements.map(({ evidence }) => findingId(scope, evidence.nodeId));
  const stored = await hub.findings(productArn(scope), ids);
  return judgements.map((judged) => {
    const { nodeId } = judged.evidence;
    return reconcile(
      judged,
      stored.find((finding) => isOwnFinding(finding, scope, nodeId)),
      scope,
    );
  });
}

let ports: Ports | undefined;

export const handler = async (input: ChooseSeverityOutput): Promise<PublishOutput> =>
  run(
    input,
    (ports ??= { hub: securityHub(), scope: findingScopeFrom(), logger: new Logger({ serviceName: "publish" }) }),
  );
