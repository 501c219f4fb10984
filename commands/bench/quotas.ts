/** The quotas that the bench enforces. */
import { ServiceError } from "../../local/gateway/stand-in.ts";
import type { Rate } from "./token-bucket.ts";

/** Security Hub's quotas (AWS General Reference, "Security Hub endpoints and quotas"). */
const HUB_RATES: Readonly<Record<string, Rate>> = {
  GetFindings: { perSecond: 3, burst: 6 },
  BatchImportFindings: { perSecond: 10, burst: 30 },
  BatchUpdateFindings: { perSecond: 10, burst: 30 },
};
const OTHER_HUB_RATE: Rate = { perSecond: 10, burst: 30 };

/** Returns the quota of an operation, or undefined if the bench enforces none. */
export type Quotas = (service: string, operation: string) => Rate | undefined;

/** @param ssmRate assumed calls per second for each operation of Systems Manager, which publishes no quotas */
export function quotas(ssmRate: number): Quotas {
  const ssm: Rate = { perSecond: ssmRate, burst: ssmRate };
  return (service, operation) => {
    if (service === "ssm") return ssm;
    return service === "securityhub" ? (HUB_RATES[operation] ?? OTHER_HUB_RATE) : undefined;
  };
}

/** Returns the answer to a call over its quota. The SDK retries both as throttled. */
export function throttled(service: string): ServiceError {
  return service === "securityhub"
    ? new ServiceError("TooManyRequestsException", "Too Many Requests", 429)
    : new ServiceError("ThrottlingException", "Rate exceeded", 400);
}
