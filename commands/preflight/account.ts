import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import pThrottle from "p-throttle";
import type { Settings } from "../../infra/settings.ts";
import { CLIENT_SETTINGS } from "../command-line.ts";

export interface Clients {
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  readonly hub: SecurityHubClient;
  readonly lambda: LambdaClient;
  readonly kms: KMSClient;
}

/** The account and Region that is looked at, and the settings that are to work there. */
export interface Account {
  readonly region: string;
  readonly settings: Settings;
  readonly clients: Clients;
  readonly now: () => Date;
}

/** Calls a second. Systems Manager's reads share one small quota with everything else; GetFindings takes 3. */
const RATES = { ssm: 5, getFindings: 3 } as const;
/** Fewer than other commands try: many checks wait for each other here. */
const MAX_ATTEMPTS = 5;

export function clientsFor(region: string): Clients {
  const settings = { ...CLIENT_SETTINGS, maxAttempts: MAX_ATTEMPTS, region };
  return {
    sts: new STSClient(settings),
    ssm: paced(new SSMClient(settings), RATES.ssm),
    hub: paced(new SecurityHubClient(settings), RATES.getFindings, "GetFindingsCommand"),
    lambda: new LambdaClient(settings),
    kms: new KMSClient(settings),
  };
}

/** @param only commands whose calls are counted; default: all */
function paced<Client extends SSMClient | SecurityHubClient>(client: Client, limit: number, only?: string): Client {
  const turn = pThrottle({ limit, interval: 1_000 })(() => Promise.resolve());
  const stack: Pick<SSMClient["middlewareStack"], "add"> = client.middlewareStack;
  stack.add(
    (next, { commandName }) =>
      async (args) => {
        if (only === undefined || commandName === only) await turn();
        return next(args);
      },
    { step: "initialize", name: "pace" },
  );
  return client;
}
