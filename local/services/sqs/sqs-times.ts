import { ServiceError } from "../../gateway/stand-in.ts";

/** Maximum values, in seconds. */
const LONGEST_TIMES = { WaitTimeSeconds: 20, DelaySeconds: 900, VisibilityTimeout: 43_200 };

/**
 * Checks the times of a request and of its entries, because the emulator accepts some that SQS refuses.
 * @throws {ServiceError} InvalidParameterValue
 */
export function checkTimes({ Entries: entries, ...fields }: Record<string, unknown>): void {
  for (const [parameter, max] of Object.entries(LONGEST_TIMES)) {
    const value = fields[parameter] ?? 0;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) continue;
    const message = `Value ${JSON.stringify(value)} for parameter ${parameter} is invalid. Reason: ${parameter} must be >= 0 and <= ${max}.`;
    throw new ServiceError("InvalidParameterValue", message);
  }
  if (Array.isArray(entries)) for (const entry of entries) checkTimes({ ...Object(entry) } as typeof fields);
}
