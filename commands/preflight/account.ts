/** The account that a preflight checks, and its clients. */
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import type { SecurityHubClient } from "@aws-sdk/client-securityhub";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { Settings } from "../../infra/settings.ts";
import { checkClients } from "../account/check-clients.ts";

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

/** Returns the clients for a Region, limited to the rates above. */
export function clientsFor(region: string): Clients {
  const { settings, ssm, hub } = checkClients(region);
  return {
    sts: new STSClient(settings),
    ssm,
    hub,
    lambda: new LambdaClient(settings),
    kms: new KMSClient(settings),
  };
}
