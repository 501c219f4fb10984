import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import type { Life } from "../../finding/life.ts";
import { lifeFields } from "./life-fields.ts";
import { resend } from "./resend.ts";
import type { ImportableFinding } from "./stored-finding.ts";

/** Returns the stored finding with what time has changed: how near its due date is, and its severity. */
export function encodeDue(stored: ImportableFinding, readAt: string, life: Life) {
  const { FindingProviderFields } = stored;
  return {
    ...resend(stored, readAt, lifeFields(life)),
    FindingProviderFields: {
      ...FindingProviderFields,
      Severity: { ...FindingProviderFields?.Severity, Label: life.severity },
    },
  } satisfies AwsSecurityFinding;
}
