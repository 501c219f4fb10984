import type { Logger } from "@aws-lambda-powertools/logger";
import { setTimeout } from "node:timers/promises";
import type { FindingVariable, Variables } from "../../contract/environment.ts";
import type { Destination } from "../finding/destination.ts";
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { securityHubDestination } from "../security-hub/destination.ts";
import { securityHub } from "../security-hub/security-hub.ts";
import { accountScopeFrom } from "./environment.ts";
import type { Counter } from "./metrics.ts";

/**
 * Returns the destination of this deployment's findings. The handlers get it here and nowhere else.
 *
 * @throws {Error} if AWS_REGION is not set
 * @example
 * const destination = destinationFrom(readEnvironment("publish"), logger, counter);
 */
export function destinationFrom(
  environment: Pick<Variables, FindingVariable>,
  logger: Pick<Logger, "warn">,
  counter: Counter,
  policies: Policies = DEFAULT_POLICIES,
): Destination {
  const scope = {
    ...accountScopeFrom(environment),
    partition: environment.PARTITION,
    productName: environment.PRODUCT_NAME,
    companyName: environment.COMPANY_NAME,
    hybridResourceType: environment.HYBRID_RESOURCE_TYPE,
  };
  const pause = (milliseconds: number): Promise<void> => setTimeout(milliseconds);
  return securityHubDestination(securityHub(undefined, pause), scope, {
    ...{ logger, counter, pause },
    maySuppress: policies.exceptions.length > 0,
  });
}
