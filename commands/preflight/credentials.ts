import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { isBadCredentials } from "../account/client.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

/** The caller from GetCallerIdentity, or the reason why AWS rejected the credentials. */
type Identity =
  | { readonly account: string; readonly arn: string }
  /** Every other call would fail the same way. */
  | { readonly refused: string };

/** Reads the caller's identity. @throws {Error} if the call fails for another reason than rejected credentials */
export async function readIdentity({ clients }: Pick<Account, "clients">): Promise<Identity> {
  try {
    const { Account: account = "", Arn: arn = "" } = await clients.sts.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  } catch (error) {
    if (isBadCredentials(error)) return { refused: `${error.name}: ${error.message}` };
    throw error;
  }
}

/** Judges whether AWS accepts the credentials. */
export function judgeIdentity(identity: Identity, { region }: Pick<Account, "region">): Judgement {
  if ("refused" in identity) {
    const advice =
      "Give valid credentials: AWS_PROFILE, aws sso login, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
    return { result: "problem", found: identity.refused, advice };
  }
  return { result: "ok", found: `account ${identity.account}, Region ${region}, as ${identity.arn}` };
}

/** Judges the permissions boundary. IAM cannot attach a boundary of another account to a role. */
export function judgeBoundary(boundary: string | undefined, account: string): Judgement | undefined {
  const owner = boundary?.split(":")[4];
  if (boundary === undefined || owner === undefined) return undefined;
  if (owner === account || owner === "aws") return { result: "ok", found: `${boundary} belongs to this account` };
  const advice = "Name a policy of this account in permissionsBoundary, or use this account's credentials.";
  return { result: "problem", found: `${boundary} belongs to account ${owner}, not to ${account}`, advice };
}

/** Returns the checks of the credentials and, if the settings name one, of the permissions boundary. */
export function credentialChecks(account: Account, identity: () => Promise<Identity>): Check[] {
  const boundary: Check = {
    name: "permissions boundary",
    needs: ["sts:GetCallerIdentity"],
    run: async () => {
      const known = await identity();
      return "account" in known ? judgeBoundary(account.settings.permissionsBoundary, known.account) : undefined;
    },
  };
  const credentials: Check = {
    name: "credentials",
    needs: ["sts:GetCallerIdentity"],
    run: async () => judgeIdentity(await identity(), account),
  };
  return account.settings.permissionsBoundary === undefined ? [credentials] : [credentials, boundary];
}
