import type { RatedJudgement } from "../../compliance/node-severity.ts";
import { counted } from "../../../contract/counted.ts";
import { CAUSES, type CauseCounts } from "../../../contract/causes.ts";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { Patch } from "../../compliance/patch.ts";
import { patchGroupOf, type SourceReading } from "../../compliance/reading.ts";
import { joinWithin } from "../../runtime/text.ts";
import { listedCves } from "./vulnerabilities.ts";

const MAX_VALUE_BYTES = 2_000;
/** For data whose run is unknown: the patch APIs do not keep the document. */
const DEFAULT_DOCUMENT = { Patch: undefined, Inventory: undefined, Association: "AWS-RunPatchBaselineAssociation" };

/**
 * Returns the facts that the format has no field for: which run, which causes, why this severity, which patches.
 * Keys are at most 128, values at most 2,048 characters, pairs at most 50.
 */
export function productFields(
  judged: RatedJudgement,
  source: SourceReading,
  causes: CauseCounts,
): Record<string, string> {
  const { evidence, severity } = judged;
  const { patches } = source;
  const document = evidence.run?.document ?? DEFAULT_DOCUMENT[source.kind];
  const operationId = source.operationId ?? evidence.run?.operationId;
  const fields: Record<string, string | number | undefined> = {
    [PRODUCT_FIELDS.operationEndTime]: evidence.endedAt,
    [PRODUCT_FIELDS.source]: source.kind,
    [PRODUCT_FIELDS.document]: document,
    [PRODUCT_FIELDS.operationId]: operationId,
    [PRODUCT_FIELDS.executionType]: source.executionType,
    [PRODUCT_FIELDS.patchGroup]: patchGroupOf(evidence.sources),
    ...Object.fromEntries(CAUSES.map(({ cause, field }) => [field, causes[cause]])),
    [PRODUCT_FIELDS.severityReason]: `${severity.label}: ${severity.reason}`,
    [PRODUCT_FIELDS.severityDecidedBy]: severity.decidedBy,
    [PRODUCT_FIELDS.severityRules]: severity.rules,
    [PRODUCT_FIELDS.worstPatches]: patches && worstPatches(patches.worst, patches.total),
    [PRODUCT_FIELDS.vulnerabilities]: patches && vulnerabilityTotal(patches.cves, patches.worst),
    [PRODUCT_FIELDS.notes]: evidence.notes,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, String(value)] as const],
    ),
  );
}

function worstPatches(worst: readonly Patch[], total: number): string | undefined {
  // Linux titles begin with the package's name. Windows titles explain a KB number.
  const names = worst.map(({ id, title }) =>
    title === undefined ? id : title.startsWith(id) ? title : `${id} (${title})`,
  );
  return total === 0 ? undefined : joinWithin(names, MAX_VALUE_BYTES, total);
}

function vulnerabilityTotal(total: number, worst: readonly Patch[]): string | undefined {
  if (total === 0) return undefined;
  const more = total - listedCves(worst);
  const all = counted(total, "CVE");
  return more > 0 ? `${all}, ${more} of them not listed` : all;
}
