/** A captured queue's settings, as attributes of the SQS emulator. */
import * as z from "zod";
import type { CapturedResource } from "../../program/captured-resource.ts";
import { arnParts, readInputs } from "../../program/resource-inputs.ts";

const queueSchema = z.strictObject({
  name: z.string().optional(),
  redrivePolicy: z.string().optional(),
  visibilityTimeoutSeconds: z.int().min(0).max(43_200).default(30),
  messageRetentionSeconds: z.int().min(60).max(1_209_600).default(345_600),
  delaySeconds: z.int().min(0).max(900).default(0),
  receiveWaitTimeSeconds: z.int().min(0).max(20).default(0),
  maxMessageSize: z.int().min(1024).max(1_048_576).default(1_048_576),
  sqsManagedSseEnabled: z.boolean().optional(),
  kmsMasterKeyId: z.string().optional(),
  kmsDataKeyReusePeriodSeconds: z.int().optional(),
});

const redriveSchema = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

/** One queue of the captured program. */
export interface QueueSettings {
  readonly arn: string;
  /** The URL that the program uses: `http://127.0.0.1:PORT/ACCOUNT/NAME`. */
  readonly url: string;
  readonly name: string;
  readonly region: string;
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** ARN of the KMS key that encrypts the queue, if it is not a key of SQS. */
  readonly key?: string;
  readonly deadLetter?: { readonly arn: string; readonly maxReceiveCount: number };
  /** Attributes for the emulator. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of a queue.
 * @throws {Error} an unknown or malformed setting
 */
export function queueSettings(resource: CapturedResource): QueueSettings {
  const inputs = readInputs(resource, queueSchema);
  const { region, resource: name } = arnParts(resource.arn);
  const redrive =
    inputs.redrivePolicy === undefined ? undefined : redriveSchema.parse(JSON.parse(inputs.redrivePolicy));
  return {
    arn: resource.arn,
    url: resource.id,
    name,
    region,
    visibilityTimeout: inputs.visibilityTimeoutSeconds,
    ...(inputs.kmsMasterKeyId !== undefined && { key: inputs.kmsMasterKeyId }),
    ...(redrive === undefined
      ? {}
      : { deadLetter: { arn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount } }),
    attributes: {
      VisibilityTimeout: String(inputs.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(inputs.messageRetentionSeconds),
      DelaySeconds: String(inputs.delaySeconds),
      ReceiveMessageWaitTimeSeconds: String(inputs.receiveWaitTimeSeconds),
      MaximumMessageSize: String(inputs.maxMessageSize),
      SqsManagedSseEnabled: String(inputs.sqsManagedSseEnabled ?? inputs.kmsMasterKeyId === undefined),
    },
  };
}
