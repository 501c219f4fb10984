/** An account of stand-ins in which every check of preflight has something to say. */
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { Account as Looked, Clients } from "../commands/preflight/account.ts";
import type { Line } from "../commands/preflight/check.ts";
import { preflight } from "../commands/preflight/run.ts";
import { readSettings } from "../infra/settings.ts";
import { startAccount, type Account, type AccountOptions } from "./account-fixture.ts";
import { sample } from "./ssm-fixtures.ts";

export const REGION = "eu-west-1";
export const { account: ACCOUNT } = sample;
export const WINDOW = "mw-0c50858d0123456ab";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const NOW = new Date("2026-11-20T12:00:00.000Z");

/** Settings that make every check say something. */
export const EVERYTHING = {
  regions: [REGION],
  permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  insights: true,
  kmsKeys: { [REGION]: KEY },
  maintenanceWindows: { [REGION]: [WINDOW] },
};
const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
    },
  ],
};
export const COMPLETE: AccountOptions = {
  now: () => NOW,
  fleet: {
    ...sample,
    windows: [{ WindowId: WINDOW, Name: "sunday", Enabled: true, Duration: 3, Cutoff: 1 }],
    associations: [{ Name: "AWS-RunPatchBaseline", AssociationId: "a" }],
  },
  keys: [{ arn: KEY, policy: JSON.stringify(KEY_POLICY) }],
  hub: { settings: { aggregator: { region: "eu-central-1", mode: "ALL_REGIONS" } } },
};
/** What preflight says of it. */
export const RESULTS: Readonly<Record<string, Line["result"]>> = {
  credentials: "ok",
  "permissions boundary": "ok",
  "managed nodes": "ok",
  "patch data": "note",
  "silent nodes": "ok",
  "patched by": "ok",
  "data elsewhere": "note",
  "Security Hub": "ok",
  "native import": "note",
  aggregation: "ok",
  "control SSM.2": "ok",
  "open findings": "ok",
  "Lambda concurrency": "ok",
  insights: "ok",
  "KMS key": "ok",
  "KMS key policy: EventBridge": "ok",
  "KMS key policy: IAM": "ok",
  [`window ${WINDOW}`]: "ok",
};

const settingsOf = (settings: object) =>
  readSettings(
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`patch-manager-findings:${key}`, JSON.stringify(value)]),
    ),
  );

/** Looks at accounts, and closes them all at the end of a test. */
export class Looks {
  readonly #accounts: Account[] = [];
  readonly #clients: Clients[] = [];

  async start(options: AccountOptions): Promise<Account> {
    const account = await startAccount(options);
    this.#accounts.push(account);
    return account;
  }

  /** @param client settings of the SDK clients besides the account's */
  async at(options: AccountOptions = COMPLETE, settings: object = EVERYTHING, client: object = {}) {
    const account = await this.start(options);
    const config = { ...account.client, ...client };
    const clients: Clients = {
      sts: new STSClient(config),
      ssm: new SSMClient(config),
      hub: new SecurityHubClient(config),
      lambda: new LambdaClient(config),
      kms: new KMSClient(config),
    };
    this.#clients.push(clients);
    const looked: Looked = { region: account.region, settings: settingsOf(settings), now: () => NOW, clients };
    return { account, looked };
  }

  async linesOf(...args: Parameters<Looks["at"]>): Promise<{ account: Account; lines: Line[] }> {
    const { account, looked } = await this.at(...args);
    return { account, lines: await preflight(looked) };
  }

  async end(): Promise<void> {
    for (const { sts, ssm, hub, lambda, kms } of this.#clients.splice(0)) {
      for (const client of [sts, ssm, hub, lambda, kms]) client.destroy();
    }
    for (const account of this.#accounts.splice(0)) {
      await account.close();
      expect(account.defects).to.deep.equal([]);
    }
  }
}

export const resultsOf = (lines: readonly Line[]) =>
  Object.fromEntries(lines.map(({ check, result }) => [check, result]));
export const lineOf = (lines: readonly Line[], name: string) => lines.find(({ check }) => check === name);
