/** Names of queues in the SQS emulator, whose account is fixed. */
import { arnParts } from "../../program/resource-inputs.ts";
import type { QueueSettings } from "./queue-settings.ts";

const EMULATOR_ACCOUNT = "000000000000";

/** The emulator identifies some things by name only, and queues in two Regions may have the same name. */
export const emulatorName = (queue: QueueSettings): string => `${queue.region}_${queue.name}`;

export const emulatorUrl = (queue: QueueSettings): string =>
  `http://sqs.${queue.region}.localhost/${EMULATOR_ACCOUNT}/${emulatorName(queue)}`;

export const emulatorArn = (queue: QueueSettings): string =>
  `arn:aws:sqs:${queue.region}:${EMULATOR_ACCOUNT}:${emulatorName(queue)}`;

/** Replaces the emulator's ARNs in an answer by those of the program. */
export function withOwnArns(result: unknown, queue: QueueSettings): unknown {
  const { account, partition } = arnParts(queue.arn);
  const theirs = `arn:aws:sqs:${queue.region}:${EMULATOR_ACCOUNT}:${queue.region}_`;
  return JSON.parse(JSON.stringify(result).replaceAll(theirs, `arn:${partition}:sqs:${queue.region}:${account}:`));
}
