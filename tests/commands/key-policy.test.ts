import { expect } from "chai";
import { judgeDelegation, judgeEventBridge, judgeKey } from "../../commands/preflight/kms-key.ts";

const ACCOUNT = "111122223333";
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const user = { key: KEY, account: ACCOUNT, region: "eu-west-1" };
const USE = ["kms:Decrypt", "kms:GenerateDataKey"];
const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const events = { Service: "events.amazonaws.com" };

const statement = (parts: object) => ({ Effect: "Allow", Action: USE, Resource: "*", ...parts });
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const forEvents = (parts: object = {}) => statement({ Principal: events, ...parts });
const ofAccount = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
const bound = forEvents({ Condition: ofAccount });

type Case = [name: string, text: string, result: "ok" | "note" | "problem", found?: RegExp];

const eventBridge: Case[] = [
  ["the statement of docs/deploy.md", policy(bound), "ok"],
  ["one statement that is no list", JSON.stringify({ Statement: bound }), "ok"],
  ["wildcards in actions, and one action a statement", policy({ ...bound, Action: "kms:*" }), "ok"],
  [
    "GenerateDataKey* and Decrypt apart",
    policy({ ...bound, Action: "kms:GenerateDataKey*" }, { ...bound, Action: ["KMS:decrypt"] }),
    "ok",
  ],
  ["several services", policy({ ...bound, Principal: { Service: ["sns.amazonaws.com", events.Service] } }), "ok"],
  [
    "rules of the account by ARN",
    policy(forEvents({ Condition: { ArnLike: { "aws:SourceArn": `arn:aws:events:*:${ACCOUNT}:rule/*` } } })),
    "ok",
  ],
  ["no condition", policy(forEvents()), "note", /any account/],
  ["only its own rule's ARN", policy(sourceArn(`arn:aws:events:eu-west-1:${ACCOUNT}:rule/mine`)), "note", /condition/],
  [
    "an encryption context",
    policy(forEvents({ Condition: { StringEquals: { ...ofAccount.StringEquals, "kms:EncryptionContext:a": "b" } } })),
    "note",
    /condition/,
  ],
  ["a NotPrincipal", policy({ ...statement({}), NotPrincipal: root }), "note"],
  ["a Deny that nobody can judge", policy(bound, denial({ Null: { "aws:SourceOrgID": "true" } })), "note"],
  ["another account's rules", policy(sourceArn("arn:aws:events:eu-west-1:444455556666:rule/*")), "problem"],
  [
    "another account",
    policy(forEvents({ Condition: { StringEquals: { "aws:SourceAccount": "444455556666" } } })),
    "problem",
    new RegExp(ACCOUNT),
  ],
  ["Decrypt alone", policy({ ...bound, Action: "kms:Decrypt" }), "problem"],
  ["another service", policy({ ...bound, Principal: { Service: "sns.amazonaws.com" } }), "problem"],
  ["another key", policy({ ...bound, Resource: KEY.replace("1234abcd", "0000abcd") }), "problem"],
  ["the account's root alone", policy(statement({ Principal: root, Action: "kms:*" })), "problem"],
  [
    "a Deny without TLS, which does not matter",
    policy(bound, denial({ Bool: { "aws:SecureTransport": "false" } })),
    "ok",
  ],
  [
    "a Deny of everybody else's accounts",
    policy(bound, denial({ StringNotEquals: { "aws:SourceAccount": ACCOUNT } })),
    "ok",
  ],
  ["a Deny of all", policy(bound, denial(undefined)), "problem"],
  ["no JSON", "{", "note", /does not understand/],
  ["no policy", "[]", "note", /does not understand/],
];

const delegation: Case[] = [
  ["the default statement", policy(statement({ Principal: root, Action: "kms:*" })), "ok"],
  ["the account by its number", policy(statement({ Principal: { AWS: ACCOUNT } })), "ok"],
  [
    "anybody of the account, through SQS",
    policy(
      statement({
        Principal: { AWS: "*" },
        Condition: {
          StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "sqs.eu-west-1.amazonaws.com" },
        },
      }),
    ),
    "ok",
  ],
  [
    "an organisation that is not known from here",
    policy(statement({ Principal: { AWS: "*" }, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })),
    "note",
  ],
  ["one role only", policy(statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/admin` } })), "problem"],
  ["another account", policy(statement({ Principal: { AWS: "arn:aws:iam::444455556666:root" } })), "problem"],
  [
    "the account, through S3 only",
    policy(
      statement({
        Principal: root,
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      }),
    ),
    "problem",
  ],
  ["EventBridge alone", policy(bound), "problem"],
];

describe("policy of a queue's key", () => {
  for (const [judge, cases] of [
    [judgeEventBridge, eventBridge],
    [judgeDelegation, delegation],
  ] as const) {
    for (const [name, text, result, found = /./] of cases) {
      it(`${judge.name}: ${name}: ${result}`, () => {
        const judgement = judge(text, user);
        expect(judgement.result).to.equal(result);
        expect(judgement.found).to.match(found);
        if (result !== "ok") expect(judgement.advice).to.match(/docs\/deploy\.md|root/);
      });
    }
  }

  it("knows the partition of the key", () => {
    const key = KEY.replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1");
    const china = { key, account: ACCOUNT, region: "cn-north-1" };
    const Condition = { StringEquals: { "kms:ViaService": "sqs.cn-north-1.amazonaws.com.cn" } };
    const Principal = { AWS: `arn:aws-cn:iam::${ACCOUNT}:root` };
    expect(judgeDelegation(policy(statement({ Principal, Condition })), china).result).to.equal("ok");
  });
});

describe("a queue's key", () => {
  const good = { KeyState: "Enabled", KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT" } as const;
  const cases = [
    ["symmetric and enabled", good, "ok"],
    ["absent", undefined, "problem"],
    ["disabled", { ...good, KeyState: "Disabled" }, "problem"],
    ["about to be deleted", { ...good, KeyState: "PendingDeletion" }, "problem"],
    ["asymmetric", { ...good, KeySpec: "RSA_2048" }, "problem"],
    ["for signatures", { ...good, KeyUsage: "SIGN_VERIFY" }, "problem"],
    ["AWS's own", { ...good, KeyManager: "AWS" }, "problem"],
  ] as const;
  for (const [name, metadata, result] of cases) {
    it(`${name}: ${result}`, () => {
      expect(judgeKey(metadata && { KeyId: "k", ...metadata }).result).to.equal(result);
    });
  }
});

function sourceArn(arn: string) {
  return forEvents({ Condition: { ArnEquals: { "aws:SourceArn": arn } } });
}

function denial(Condition: object | undefined) {
  return statement({ Effect: "Deny", Principal: "*", ...(Condition !== undefined && { Condition }) });
}
