/** Security Hub as a destination, with only the calls that a test expects. */
import type { Destination } from "../../functions/finding/destination.ts";
import { securityHubDestination } from "../../functions/security-hub/destination.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { SCOPE } from "../fixtures/node-fixtures.ts";
import { NO_METRICS } from "./counters.ts";

const unused = (): Promise<never> => Promise.reject(new Error("the test does not expect this call of Security Hub"));

export const NO_HUB: SecurityHub = {
  findings: unused,
  findingsUnder: unused,
  probe: unused,
  importFindings: unused,
  search: unused,
  updateWorkflow: unused,
};

export const QUIET = {
  logger: { warn: () => undefined },
  counter: NO_METRICS,
  pause: () => Promise.resolve(),
  maySuppress: true,
};

/** The real adapter on these calls. A hub that finds by Id also finds what is under an Id. */
export function destinationOn(hub: Partial<SecurityHub>, counter = NO_METRICS): Destination {
  const kinds = (id: string) => [id, `${id}/blind-spot`];
  const findingsUnder: SecurityHub["findingsUnder"] = (product, ids) =>
    hub.findings?.(product, ids.flatMap(kinds)) ?? unused();
  return securityHubDestination({ ...NO_HUB, findingsUnder, ...hub }, SCOPE, { ...QUIET, counter });
}
