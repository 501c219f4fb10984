import type { Destination } from "../finding/destination.ts";
import { SecurityHubUnavailable } from "../runtime/errors.ts";
import { findingId, productArn, type FindingScope } from "./asff/finding-identity.ts";
import { listFindings } from "./list-findings.ts";
import { recordsOf, type RecordsPorts } from "./records.ts";
import type { SecurityHub } from "./security-hub.ts";

/**
 * Returns Security Hub as the destination of findings.
 *
 * @example
 * const destination = securityHubDestination(securityHub(), scope, ports);
 */
export function securityHubDestination(
  hub: SecurityHub,
  scope: FindingScope,
  ports: Omit<RecordsPorts, "hub" | "scope">,
): Destination {
  const product = productArn(scope);
  return {
    name: "Security Hub",
    probe: () => hub.probe(product),
    recall: async (nodeIds) => {
      // The Id of a node's compliance finding is the beginning of the Ids of its other findings.
      const ids = nodeIds.map((nodeId) => findingId(scope, nodeId));
      return recordsOf(await hub.findingsUnder(product, ids), { ...ports, hub, scope });
    },
    list: (which, token) => listFindings(hub, scope, which, token, ports.maySuppress),
    unavailable: (message) => new SecurityHubUnavailable(message),
  };
}
