import * as z from "zod";
import { descriptions } from "./descriptions.ts";
import { eachOnce, listOf, matching, trueOrFalse } from "./value-types.ts";

/** The retention times of CloudWatch Logs, in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const ONE_OF_DAYS = { error: `must be one of ${RETENTION_DAYS.join(", ")}` };
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_CHARACTERS = { error: "must hold only letters, digits, spaces and _ . : / = + - @" };
const TAG_KEY = { error: "must be text of 1 to 128 characters" };
const TAG_VALUE = { error: "must be text of at most 256 characters" };

const tagKey = z
  .string(TAG_KEY)
  .min(1, TAG_KEY)
  .max(128, TAG_KEY)
  .regex(TAG_TEXT, TAG_CHARACTERS)
  .refine((key) => !/^aws:/i.test(key), { error: "must not begin with aws:" });

/** Accepts the tags of a stack. */
export const tagMapping = z
  .record(tagKey, z.string(TAG_VALUE).max(256, TAG_VALUE).regex(TAG_TEXT, TAG_CHARACTERS), {
    error: "must be a mapping of tag keys to values",
  })
  .refine((all) => Object.keys(all).length <= 40, { error: "must be at most 40 tags" })
  .refine((all) => eachOnce(Object.keys(all).map((key) => key.toLowerCase())), {
    error: "must not hold keys that differ only in upper and lower case: IAM treats them as one",
  });

const tags = tagMapping.default({}).register(descriptions, {
  meaning:
    "Tags of all resources that support tags. AWS allows 50 tags; the other 10 are left for your organization. " +
    'Write a number as text, in quotes: `"4711"`. With `pulumi config set --path`, add `--type string`.',
  example: { owner: "platform-team", "cost-center": "4711" },
});

const permissionsBoundary = matching(
  /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/(?:[!-~]{1,510}\/)?[\w+=,.@-]{1,128}$/,
  "the ARN of an IAM policy",
)
  .optional()
  .register(descriptions, {
    meaning: "The permissions boundary of every role that the stack creates. The policy must exist in the account.",
    example: "arn:aws:iam::111122223333:policy/workload-boundary",
  });

/** The groups are the partition and the Region. */
export const KMS_KEY =
  /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):\d{12}:key\/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

const kmsKey = matching(KMS_KEY, "the ARN of a KMS key, not of an alias");

const kmsKeys = z
  .record(z.string(), kmsKey, {
    error: "must be a mapping of Regions to ARNs of KMS keys",
  })
  .default({})
  .register(descriptions, {
    meaning:
      "The KMS key that encrypts the queues, by Region. In a Region without a key, SQS uses its own (SSE-SQS). " +
      "The key's policy must let EventBridge use the key, or no event arrives. " +
      "See [A KMS key of your own](deploy.md#a-kms-key-of-your-own).",
    example: { "eu-west-1": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
  });

const additionalKmsKeys = z
  .record(
    z.string(),
    listOf(kmsKey, "ARNs of KMS keys", { least: 1, most: 5 }).refine(eachOnce, { error: "must name each key once" }),
    {
      error: "must be a mapping of Regions to lists of KMS keys",
    },
  )
  .default({})
  .register(descriptions, {
    meaning:
      "KMS keys, by Region, that the roles may use besides `kmsKeys`. " +
      "Messages stay encrypted with the key that their queue had when they were sent. So **before `kmsKeys` changes**, " +
      "name the new key here, and **after the change**, name the old key until the queues are empty. " +
      "See [Changing the key](deploy.md#changing-the-key).",
    example: { "eu-west-1": ["arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"] },
  });

const logRetentionDays = z
  .number(ONE_OF_DAYS)
  .refine((days) => RETENTION_DAYS.includes(days), ONE_OF_DAYS)
  .default(30)
  .register(descriptions, {
    meaning: "Days that CloudWatch Logs keeps the logs of the functions. CloudWatch Logs accepts only these numbers.",
    example: 90,
  });

const tracing = trueOrFalse().default(true).register(descriptions, {
  meaning: "`true` traces the functions and the state machine with X-Ray. `false` switches it off, which costs less.",
  example: false,
});

/** Settings of the resources that the stack creates. */
export const resourceSettings = {
  title: "Tags, permissions, encryption and logs",
  shape: { tags, permissionsBoundary, kmsKeys, additionalKmsKeys, logRetentionDays, tracing },
};
