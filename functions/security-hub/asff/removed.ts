import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { Removed } from "../../work/node-reference.ts";
import { FIELDS_OF_OPEN_FINDINGS } from "./due.ts";
import { resend } from "./resend.ts";
import type { ImportableFinding } from "./stored-finding.ts";

const OPEN_FIELDS = [...FIELDS_OF_OPEN_FINDINGS, "remediationCommand"] as const;

/** Returns the stored finding, closed because its node was removed. @param why in words */
export function encodeRemoval(
  stored: ImportableFinding,
  nodeId: string,
  readAt: string,
  removed: Removed,
  why: string,
) {
  const reason = `Managed node ${nodeId} was removed: ${why}. The finding closed without proof of compliance.`;
  const fields = {
    // A removed node is not due, no exception is about it, and no command reaches it.
    ...Object.fromEntries(OPEN_FIELDS.map((field) => [PRODUCT_FIELDS[field], undefined])),
    [PRODUCT_FIELDS.removed]: removed,
    [PRODUCT_FIELDS.proof]: `Closed without proof of compliance: ${why} (read ${readAt}).`,
  };
  return {
    ...resend(stored, readAt, fields),
    Title: "Systems Manager Patch Summary - Managed Instance Gone",
    Description: reason,
    LastObservedAt: readAt,
    Compliance: {
      Status: "PASSED",
      StatusReasons: [{ ReasonCode: `NODE_${removed.toUpperCase()}`, Description: reason }],
    },
    RecordState: "ARCHIVED",
    Remediation: {
      Recommendation: { ...stored.Remediation?.Recommendation, Text: "Nothing to do: the node was removed." },
    },
    FindingProviderFields: {
      ...stored.FindingProviderFields,
      Severity: { Label: "INFORMATIONAL", Original: "GONE" },
    },
  } satisfies AwsSecurityFinding;
}

/** Returns the stored finding, with the sweep that first did not find the node, or without it if undefined. */
export function encodeAbsence(
  stored: ImportableFinding,
  readAt: string,
  absentSince: string | undefined,
): ImportableFinding {
  return resend(stored, readAt, { [PRODUCT_FIELDS.absentSince]: absentSince });
}
