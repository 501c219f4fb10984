/** The account that verify-aws checks, and its clients. */
import type { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { accountClient } from "../account/client.ts";
import { checkClients } from "../account/check-clients.ts";

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

/** Returns the clients for a Region, limited to the rates above. */
export function clientsFor(region: string): Clients {
  const { settings, ssm, hub } = checkClients(region);
  return {
    ssm,
    hub,
    states: accountClient(new SFNClient(settings)),
    sqs: accountClient(new SQSClient(settings)),
  };
}
