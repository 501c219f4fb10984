import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import type { Account } from "./account.ts";
import { once, type Check, type Judgement } from "./check.ts";
import { allows, isUnbound, parseKeyPolicy, worst, type KeyRequest } from "./key-policy.ts";

/** The queues that use a key. */
interface KeyUser {
  readonly key: string;
  /** Account of the queues. */
  readonly account: string;
  readonly region: string;
}

/** Sending to an encrypted queue needs both (Amazon SQS Developer Guide, "Key management"). */
const ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];
const DOCUMENTED_STATEMENT = 'docs/deploy.md, "A KMS key of your own"';

/** Judges a key's state and type. @param metadata undefined if the key does not exist */
export function judgeKey(metadata: KeyMetadata | undefined): Judgement {
  if (metadata === undefined) return { result: "problem", found: "does not exist", advice: "Name an existing key." };
  const { KeyState: state, KeySpec: spec, KeyUsage: usage, KeyManager: manager } = metadata;
  const found = `${state ?? "no state"}, ${spec ?? "no spec"}, ${usage ?? "no usage"}`;
  if (manager === "AWS") {
    return {
      result: "problem",
      found: "is an AWS managed key",
      advice: "Name a customer managed key: EventBridge cannot use AWS managed keys.",
    };
  }
  if (state !== "Enabled")
    return { result: "problem", found, advice: "Enable the key: the queues cannot send or receive messages now." };
  if (spec === "SYMMETRIC_DEFAULT" && usage === "ENCRYPT_DECRYPT") return { result: "ok", found };
  return { result: "problem", found, advice: "SQS accepts only symmetric encryption keys: name another key." };
}

/** Judges whether the key policy lets EventBridge use the key. EventBridge has no role here, so only the policy can. */
export function judgeEventBridge(policy: string, user: KeyUser): Judgement {
  const statements = parseKeyPolicy(policy);
  if (statements === undefined) return NOT_UNDERSTOOD;
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
    return {
      result: "problem",
      found,
      advice: `Add the statement of ${DOCUMENTED_STATEMENT}: without it EventBridge delivers no event.`,
    };
  }
  if (answer === "unknown") {
    const found = "may let events.amazonaws.com use the key; preflight cannot evaluate one of its conditions";
    return { result: "note", found, advice: `Compare it with the statement of ${DOCUMENTED_STATEMENT}.` };
  }
  if (requests.some((request) => isUnbound(statements, request))) {
    const advice = `Add the condition of ${DOCUMENTED_STATEMENT}: aws:SourceAccount ${account}.`;
    return { result: "note", found: "lets events.amazonaws.com use the key for any account", advice };
  }
  return { result: "ok", found: `lets events.amazonaws.com use the key for account ${account}` };
}

/** Judges whether the key policy lets IAM policies grant permissions: the program's roles have theirs in IAM only. */
export function judgeDelegation(policy: string, user: KeyUser): Judgement {
  const statements = parseKeyPolicy(policy);
  if (statements === undefined) return NOT_UNDERSTOOD;
  const { key, account } = user;
  const context = {
    "kms:calleraccount": account,
    "aws:principalaccount": account,
    "kms:viaservice": viaService(user),
    "aws:securetransport": "true",
  };
  const requests = requestsOf({ principal: { account }, key, context });
  const answer = worst(requests.map((request) => allows(statements, request)));
  if (answer === "yes") return { result: "ok", found: `lets IAM policies of account ${account} grant permissions` };
  const advice = `Let the account's root (arn:${partitionOf(key)}:iam::${account}:root) use ${ACTIONS.join(" and ")}.`;
  if (answer === "no") {
    return {
      result: "problem",
      found: `does not let IAM policies of account ${account} grant ${ACTIONS.join(" and ")}`,
      advice,
    };
  }
  return {
    result: "note",
    found: "may let IAM policies grant permissions; preflight cannot evaluate one of its conditions",
    advice,
  };
}

const NOT_UNDERSTOOD: Judgement = {
  result: "note",
  found: "is in a form that preflight does not understand",
  advice: `Compare it with ${DOCUMENTED_STATEMENT}.`,
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

/**
 * Returns the checks of the queues' KMS key, if the settings name one.
 *
 * @param owner account of the queues; default: the key's account, as keys of other accounts are rare
 */
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
    { name: "KMS key", needs: ["kms:DescribeKey"], run: async () => judgeKey(await metadata()) },
    { name: "KMS key policy: EventBridge", needs, run: ofPolicy(judgeEventBridge) },
    { name: "KMS key policy: IAM", needs, run: ofPolicy(judgeDelegation) },
  ];
}
