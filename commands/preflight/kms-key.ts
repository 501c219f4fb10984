import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import type { Account } from "./account.ts";
import { once, type Check, type Judgement } from "./check.ts";
import { allows, isUnbound, parseKeyPolicy, worst, type KeyRequest } from "./key-policy.ts";

export interface KeyUser {
  readonly key: string;
  /** Account in which the queues are. */
  readonly account: string;
  readonly region: string;
}

/** Sending to an encrypted queue needs both. */
const ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];
const STATEMENT = 'docs/deploy.md, "A KMS key of your own"';

/** @param metadata undefined where there is no such key */
export function judgeKey(metadata: KeyMetadata | undefined): Judgement {
  if (metadata === undefined) return { result: "problem", found: "does not exist", advice: "Name a key that does." };
  const { KeyState: state, KeySpec: spec, KeyUsage: usage, KeyManager: manager } = metadata;
  const found = `${state ?? "in no state"}, ${spec ?? "no spec"}, ${usage ?? "no usage"}`;
  if (manager === "AWS") {
    return {
      result: "problem",
      found: "is AWS's own",
      advice: "Name a customer managed key: EventBridge cannot use AWS's.",
    };
  }
  if (state !== "Enabled")
    return { result: "problem", found, advice: "Enable the key: nothing can be sent or read now." };
  if (spec === "SYMMETRIC_DEFAULT" && usage === "ENCRYPT_DECRYPT") return { result: "ok", found };
  return { result: "problem", found, advice: "SQS takes symmetric encryption keys only: name another key." };
}

/** EventBridge has no role here: only the key's policy can let it send. */
export function judgeEventBridge(policy: string, user: KeyUser): Judgement {
  const statements = parseKeyPolicy(policy);
  if (statements === undefined) return unreadable;
  const { key, account, region } = user;
  const context = {
    "aws:sourceaccount": account,
    "aws:sourcearn": `arn:${partitionOf(key)}:events:${region}:${account}:rule/*`,
    "kms:viaservice": viaService(user),
    "aws:securetransport": "true",
    "aws:principalisawsservice": "true",
    "aws:principalservicename": "events.amazonaws.com",
  };
  const requests = requestsOf({ principal: { service: "events.amazonaws.com" }, key, context });
  const answer = worst(requests.map((request) => allows(statements, request)));
  if (answer === "no") {
    const found = `does not let events.amazonaws.com use ${ACTIONS.join(" and ")} for account ${account}`;
    return { result: "problem", found, advice: `Add the statement of ${STATEMENT}: without it no event arrives.` };
  }
  if (answer === "unknown") {
    const found = "may let events.amazonaws.com use the key; a condition of it cannot be judged from here";
    return { result: "note", found, advice: `Compare it with the statement of ${STATEMENT}.` };
  }
  if (requests.some((request) => isUnbound(statements, request))) {
    const advice = `Add the condition of ${STATEMENT}: aws:SourceAccount ${account}.`;
    return { result: "note", found: "lets events.amazonaws.com use the key for any account", advice };
  }
  return { result: "ok", found: `lets events.amazonaws.com use the key for account ${account}` };
}

/** The roles of the program have their permissions in IAM alone. */
export function judgeDelegation(policy: string, user: KeyUser): Judgement {
  const statements = parseKeyPolicy(policy);
  if (statements === undefined) return unreadable;
  const { key, account } = user;
  const context = {
    "kms:calleraccount": account,
    "aws:principalaccount": account,
    "kms:viaservice": viaService(user),
    "aws:securetransport": "true",
  };
  const requests = requestsOf({ principal: { account }, key, context });
  const answer = worst(requests.map((request) => allows(statements, request)));
  if (answer === "yes") return { result: "ok", found: `leaves permissions to IAM of account ${account}` };
  const advice = `Let the account's root (arn:${partitionOf(key)}:iam::${account}:root) use ${ACTIONS.join(" and ")}.`;
  if (answer === "no") {
    return { result: "problem", found: `does not leave ${ACTIONS.join(" and ")} to IAM of account ${account}`, advice };
  }
  return {
    result: "note",
    found: "may leave permissions to IAM; a condition of it cannot be judged from here",
    advice,
  };
}

const unreadable: Judgement = {
  result: "note",
  found: "cannot be understood from here",
  advice: `Compare it with ${STATEMENT}.`,
};

function requestsOf(request: Omit<KeyRequest, "action">): KeyRequest[] {
  return ACTIONS.map((action) => ({ ...request, action }));
}

function partitionOf(key: string): string {
  return key.split(":")[1] ?? "aws";
}

function viaService({ key, region }: KeyUser): string {
  return `sqs.${region}.${partitionOf(key) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;
}

async function readKey({ clients }: Account, KeyId: string): Promise<KeyMetadata | undefined> {
  try {
    return (await clients.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundException") return undefined;
    throw error;
  }
}

/** Without the identity the key's own account is taken: queues of another one are rare. */
export function keyChecks(account: Account, owner: string | undefined): Check[] {
  const { region, settings, clients } = account;
  const key = settings.kmsKeys[region];
  if (key === undefined) return [];
  const metadata = once(() => readKey(account, key));
  const policy = once(async () => (await clients.kms.send(new GetKeyPolicyCommand({ KeyId: key }))).Policy ?? "");
  const ofPolicy = (judge: (policy: string, user: KeyUser) => Judgement) => async () => {
    if ((await metadata().catch(() => "unknown")) === undefined) return undefined;
    return judge(await policy(), { key, region, account: owner ?? key.split(":")[4] ?? "" });
  };
  const needs = ["kms:GetKeyPolicy"];
  return [
    { name: "KMS key", needs: ["kms:DescribeKey"], look: async () => judgeKey(await metadata()) },
    { name: "KMS key policy: EventBridge", needs, look: ofPolicy(judgeEventBridge) },
    { name: "KMS key policy: IAM", needs, look: ofPolicy(judgeDelegation) },
  ];
}
