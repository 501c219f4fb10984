import type { RatedJudgement } from "../compliance/node-severity.ts";
import { CAUSE_FIELDS } from "./product-fields.ts";
import type { StoredFinding } from "./stored-finding.ts";
import { cleanText } from "../runtime/text.ts";

/** ProductFields key under which a closed finding says what proves it. */
export const PROOF = "PatchFindings/Proof";

const MAX_PROOF_BYTES = 500;

/**
 * What proves that a node complies: which run of which document, when it ended, and the counts before and after.
 *
 * @param fields the ProductFields of the closing finding
 */
export function proof(
  { evidence }: RatedJudgement,
  stored: StoredFinding,
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const document = fields["PatchFindings/Document"] ?? "A patch operation";
  const operationId = fields["PatchFindings/OperationId"];
  const before = countsOf(stored.ProductFields ?? {});
  const after = countsOf(fields);
  const run = `${document}${operationId === undefined ? "" : ` (${operationId})`}`;
  const text = `Closed by proof: ${run} ended ${evidence.endedAt} and found the node compliant. Before: ${before}. After: ${after}.`;
  return {
    [PROOF]: cleanText(text, MAX_PROOF_BYTES) ?? "",
    "PatchFindings/CountsBefore": before,
    "PatchFindings/CountsAfter": after,
  };
}

function countsOf(fields: Readonly<Record<string, string>>): string {
  return Object.values(CAUSE_FIELDS)
    .flatMap((key) => {
      const count = fields[key] ?? "";
      return /^\d{1,9}$/.test(count) ? [`${key.slice(key.indexOf("/") + 1)} ${count}`] : [];
    })
    .join(", ");
}
