import { text, type Check } from "./checks.ts";

const KEY_ID = String.raw`(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})`;
const KEY_OR_ALIAS = String.raw`(key/${KEY_ID}|alias/[\w/-]+)`;

/** Accepts what KMS calls a KeyId: a key id, a key ARN, an alias or an alias ARN. */
export const KMS_KEY: Check = text({
  pattern: new RegExp(String.raw`^(${KEY_ID}|alias/[\w/-]+|arn:aws[\w-]*:kms:[\w-]+:\d{12}:${KEY_OR_ALIAS})$`, "u"),
});

/** Accepts the ARN of a key. */
export const KMS_KEY_ARN: Check = text({
  pattern: new RegExp(String.raw`^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key/${KEY_ID}$`, "u"),
});
