import type { Settings } from "../settings.ts";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";

type Keys = Pick<Settings, "kmsKeys" | "additionalKmsKeys">;

/** Returns how a Region's queues are encrypted: with the key of the settings, or with SQS's own key (SSE-SQS). */
export function queueEncryption({ kmsKeys }: Pick<Settings, "kmsKeys">, { region }: AccountScope) {
  const key = kmsKeys[region];
  return key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key };
}

/** How `kms:ViaService` ends, for the partitions that the AWS KMS Developer Guide names. */
const VIA_SUFFIXES: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

/**
 * Returns the KMS permissions of a role that sends to or receives from the queues. They apply through SQS only. While
 * the key changes, messages in the queues are encrypted with the earlier one.
 */
export function useQueueKey({ kmsKeys, additionalKmsKeys }: Keys, { region }: AccountScope): Statement[] {
  const named = [kmsKeys[region] ?? [], additionalKmsKeys[region] ?? []].flat();
  const [key, ...others] = [...new Set(named)];
  if (key === undefined) return [];
  const suffix = VIA_SUFFIXES[key.split(":")[1] ?? ""];
  // Other partitions have other domains (amazonaws.eu). A wildcard is safe, because only AWS sets this condition key.
  const [operator, end] = suffix === undefined ? ["StringLike", "*"] : ["StringEquals", suffix];
  return [
    {
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: others.length === 0 ? key : [key, ...others],
      Condition: { [operator]: { "kms:ViaService": `sqs.${region}.${end}` } },
    },
  ];
}
