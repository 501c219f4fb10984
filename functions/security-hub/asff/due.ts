import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { Content } from "../../finding/intent.ts";
import { lifeFields } from "./life-fields.ts";
import { resend } from "./resend.ts";
import type { ImportableFinding } from "./stored-finding.ts";

const DUE_FIELDS = ["due", "dueDate", "dueReason", "overdue", "overdueSince", "ratedSeverity"] as const;
const ACCEPTANCE_FIELDS = ["accepted", "acceptedUntil", "acceptedBy", "acceptedPatches"] as const;

/** Returns the stored finding with what time or other policies have changed. The node was not judged again. */
export function encodeDue(
  stored: ImportableFinding,
  readAt: string,
  { life, rules, endsAcceptance }: Extract<Content, { readonly shows: "due" }>,
) {
  const { FindingProviderFields } = stored;
  const before = FindingProviderFields?.Severity?.Label;
  const replaced = [...DUE_FIELDS, ...(endsAcceptance ? ACCEPTANCE_FIELDS : [])];
  const reason =
    life.ratedSeverity === undefined
      ? `${life.severity}: the worst severity of the patches that the node lacked when it was last judged`
      : `${life.severity}: raised from ${life.ratedSeverity}, because the finding is overdue since ${life.dueDate}`;
  const fields = {
    ...Object.fromEntries(replaced.map((field) => [PRODUCT_FIELDS[field], undefined])),
    ...lifeFields(life),
    [PRODUCT_FIELDS.severityRules]: rules,
    ...(before !== life.severity && { [PRODUCT_FIELDS.severityReason]: reason }),
  };
  return {
    ...resend(stored, readAt, fields),
    FindingProviderFields: {
      ...FindingProviderFields,
      Severity: { ...FindingProviderFields?.Severity, Label: life.severity },
    },
  } satisfies AwsSecurityFinding;
}

/** The fields that a finding of a removed node does not keep: nothing is due, and nobody accepts anything. */
export const FIELDS_OF_OPEN_FINDINGS = [...DUE_FIELDS, ...ACCEPTANCE_FIELDS];
