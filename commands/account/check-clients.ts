/** The clients of commands that check an account. They call slowly, because people and programs share the quotas. */
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { accountClient, rateLimit } from "./client.ts";
import { CLIENT_SETTINGS } from "./command.ts";

/**
 * Calls per second. Systems Manager's reads share one small quota with everything else in the account. GetFindings allows
 * 3 requests per second (Security Hub, "Quotas").
 */
const RATES = { ssm: 5, getFindings: 3 } as const;
/** Fewer attempts than in other commands: the checks run one after the other. */
const MAX_CALL_ATTEMPTS = 5;

/** Returns the clients that all checks need, and the settings of the others. */
export function checkClients(region: string) {
  const settings = { ...CLIENT_SETTINGS, maxAttempts: MAX_CALL_ATTEMPTS, region };
  const findingsTurn = rateLimit(RATES.getFindings);
  const ssm = accountClient(new SSMClient(settings), rateLimit(RATES.ssm));
  const hub = accountClient(new SecurityHubClient(settings), async (operation) => {
    if (operation === "GetFindings") await findingsTurn();
  });
  return { settings, ssm, hub };
}
