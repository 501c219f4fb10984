import { OWN_FIELDS, PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { RatedJudgement } from "../../compliance/node-severity.ts";
import { CAUSES } from "../../../contract/causes.ts";
import type { StoredFinding } from "./stored-finding.ts";
import { cleanText } from "../../runtime/text.ts";

const MAX_PROOF_BYTES = 500;

/**
 * Returns the proof that a node complies: which run of which document, when it ended, and the counts before and after.
 *
 * @param fields the ProductFields of the closing finding
 */
export function proof(
  { evidence }: RatedJudgement,
  stored: StoredFinding,
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const document = fields[PRODUCT_FIELDS.document] ?? "A patch operation";
  const operationId = fields[PRODUCT_FIELDS.operationId];
  const before = countsOf(stored.ProductFields ?? {});
  const after = countsOf(fields);
  const run = `${document}${operationId === undefined ? "" : ` (${operationId})`}`;
  const text = `Closed by proof: ${run} ended ${evidence.endedAt} and found the node compliant. Before: ${before}. After: ${after}.`;
  return {
    [PRODUCT_FIELDS.proof]: cleanText(text, MAX_PROOF_BYTES) ?? "",
    [PRODUCT_FIELDS.countsBefore]: before,
    [PRODUCT_FIELDS.countsAfter]: after,
  };
}

function countsOf(fields: Readonly<Record<string, string>>): string {
  return CAUSES.flatMap(({ field }) => {
    const count = fields[field] ?? "";
    return /^\d{1,9}$/.test(count) ? [`${field.slice(OWN_FIELDS.length)} ${count}`] : [];
  }).join(", ");
}
