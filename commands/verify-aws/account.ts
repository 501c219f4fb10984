/** The account that verify-aws checks, and its clients. */
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { accountClient, rateLimit } from "../account/client.ts";
import { CLIENT_SETTINGS } from "../account/command.ts";

/** One client per service that the checks call. */
export interface Clients {
  readonly ssm: SSMClient;
  readonly hub: SecurityHubClient;
  readonly states: SFNClient;
  readonly sqs: SQSClient;
}

/** The account and Region to check. */
export interface Account {
  readonly region: string;
  /** The stack setting `namePrefix`: names of the deployed resources begin with it. */
  readonly namePrefix: string;
  readonly clients: Clients;
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
    ssm: accountClient(new SSMClient(settings), rateLimit(RATES.ssm)),
    hub: accountClient(new SecurityHubClient(settings), async (operation) => {
      if (operation === "GetFindings") await findingsTurn();
    }),
    states: accountClient(new SFNClient(settings)),
    sqs: accountClient(new SQSClient(settings)),
  };
}
