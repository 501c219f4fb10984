import { randomUUID } from "node:crypto";
import type { Finding } from "./finding-store.ts";

/** Where and when a finding was imported or updated. */
interface Occasion {
  readonly account: string;
  readonly region: string;
  readonly now: Date;
}

/**
 * Returns the event that Security Hub puts on the account's default event bus after each import and customer update of
 * a finding. Each event has one finding.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
 */
export function importedEvent(finding: Readonly<Finding>, { account, region, now }: Occasion): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Security Hub Findings - Imported",
    source: "aws.securityhub",
    account,
    time: now.toISOString().replace(/\.\d+/, ""),
    region,
    resources: [`${String(finding["ProductArn"])}/${String(finding["Id"])}`],
    detail: { findings: [finding] },
  };
}
