import type { Settings } from "./settings.ts";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";

type Keys = Pick<Settings, "kmsKeys">;

/** How a Region's queues are encrypted: with the key of the settings, or with SQS's own (SSE-SQS). */
export function queueEncryption({ kmsKeys }: Keys, { region }: AccountScope) {
  const key = kmsKeys[region];
  return key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key };
}

/** What who sends to and receives from the queues may do with their key, through SQS alone. */
export function useQueueKey({ kmsKeys }: Keys, { region }: AccountScope): Statement[] {
  const key = kmsKeys[region];
  if (key === undefined) return [];
  const dnsSuffix = key.startsWith("arn:aws-cn:") ? "amazonaws.com.cn" : "amazonaws.com";
  return [
    {
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": `sqs.${region}.${dnsSuffix}` } },
    },
  ];
}
