import type { Settings } from "../settings.ts";
import type { AccountScope } from "./account-scope.ts";
import type { Statement } from "./policy.ts";

type Keys = Pick<Settings, "kmsKeys">;

/** How a Region's queues are encrypted: with the key of the settings, or with SQS's own (SSE-SQS). */
export function queueEncryption({ kmsKeys }: Keys, { region }: AccountScope) {
  const key = kmsKeys[region];
  return key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key };
}

/** Ends of the service names in `kms:ViaService`, where the AWS KMS Developer Guide names them. */
const VIA_SUFFIXES: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

/** Returns the permissions on the queues' key, through SQS alone, of a role that sends to or receives from them. */
export function useQueueKey({ kmsKeys }: Keys, { region }: AccountScope): Statement[] {
  const key = kmsKeys[region];
  if (key === undefined) return [];
  const suffix = VIA_SUFFIXES[key.split(":")[1] ?? ""];
  // Elsewhere the end is a matter of AWS's own DNS (amazonaws.eu and so on), and only AWS sets this key.
  const [operator, end] = suffix === undefined ? ["StringLike", "*"] : ["StringEquals", suffix];
  return [
    {
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: key,
      Condition: { [operator]: { "kms:ViaService": `sqs.${region}.${end}` } },
    },
  ];
}
