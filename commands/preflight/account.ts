/** The account that a preflight checks, and its clients. */
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { Settings } from "../../infra/settings.ts";
import { accountClient, rateLimit } from "../account/client.ts";
import { CLIENT_SETTINGS } from "../account/command.ts";

/** One client per service that the checks call. */
export interface Clients {
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  readonly hub: SecurityHubClient;
  readonly lambda: LambdaClient;
  readonly kms: KMSClient;
}

/** The account and Region to check, and the stack settings to check it for. */
export interface Account {
  readonly region: string;
  readonly settings: Settings;
  readonly clients: Clients;
  readonly now: () => Date;
}

/**
 * Calls per second. Systems Manager's reads share one small quota with everything else in the account. GetFindings allows
 * 3 requests per second (Security Hub, "Quotas").
 */
const RATES = { ssm: 5, getFindings: 3 } as const;
/** Fewer attempts than in other commands: the checks run one after the other. */
const MAX_CALL_ATTEMPTS = 5;

/** Returns the clients for a Region, limited to the rates above. */
export function clientsFor(region: string): Clients {
  const settings = { ...CLIENT_SETTINGS, maxAttempts: MAX_CALL_ATTEMPTS, region };
  const findingsTurn = rateLimit(RATES.getFindings);
  return {
    sts: new STSClient(settings),
    ssm: accountClient(new SSMClient(settings), rateLimit(RATES.ssm)),
    hub: accountClient(new SecurityHubClient(settings), async (operation) => {
      if (operation === "GetFindings") await findingsTurn();
    }),
    lambda: new LambdaClient(settings),
    kms: new KMSClient(settings),
  };
}
