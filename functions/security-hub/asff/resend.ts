import type { AwsSecurityFinding, Resource } from "@aws-sdk/client-securityhub";
import { OWN_FIELDS } from "../../../contract/product-fields.ts";
import { omit } from "../../runtime/omit.ts";
import { updatedAfter } from "./times.ts";
import type { ImportableFinding } from "./stored-finding.ts";

/** The fields that the program writes. All others of a stored finding belong to Security Hub or to its users. */
const PROVIDED = [
  ...(["SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId"] as const),
  ...(["AwsAccountId", "CreatedAt", "FirstObservedAt", "LastObservedAt", "UpdatedAt", "Title", "Description"] as const),
  ...(["SourceUrl", "FindingProviderFields", "RecordState", "Remediation", "Resources"] as const),
  ...(["PatchSummary", "Vulnerabilities"] as const),
] satisfies readonly (keyof AwsSecurityFinding)[];

/**
 * Returns the stored finding as an import that changes ProductFields only. The node is not read again.
 *
 * @param fields ProductFields to set, or to remove if undefined
 */
export function resend(
  stored: ImportableFinding,
  readAt: string,
  fields: Readonly<Record<string, string | undefined>>,
) {
  const own = Object.entries({ ...stored.ProductFields, ...fields }).flatMap(([key, value]) =>
    key.startsWith(OWN_FIELDS) && value !== undefined ? [[key, value] as const] : [],
  );
  return {
    ...provided(stored),
    Resources: (stored.Resources ?? []).map(withoutTags),
    Compliance: { Status: stored.Compliance?.Status },
    UpdatedAt: updatedAfter(readAt, stored),
    ProductFields: Object.fromEntries(own),
  } satisfies AwsSecurityFinding;
}

/** Security Hub adds the current tags at each import. Tags that are sent would stay as they were. */
function withoutTags(resource: Resource): Resource {
  return omit(resource, "Tags");
}

function provided(stored: ImportableFinding): Pick<ImportableFinding, (typeof PROVIDED)[number]> {
  const keys: readonly string[] = PROVIDED;
  const kept = Object.entries(stored).filter(([key, value]) => keys.includes(key) && value !== undefined);
  return Object.fromEntries(kept) as Pick<ImportableFinding, (typeof PROVIDED)[number]>;
}
