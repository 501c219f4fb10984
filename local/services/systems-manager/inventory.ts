import { z } from "zod";
import { ServiceError } from "../../gateway/stand-in.ts";
import { INVENTORY_FILTERS, knownFilters, passes } from "./filter.ts";
import { page } from "./paging.ts";
import type { RegionData } from "./region-data.ts";
import { NODE_ID_SHAPE, paging, readRequest } from "./request.ts";

const REQUEST = z.strictObject({
  InstanceId: NODE_ID_SHAPE,
  TypeName: z
    .string()
    .min(1)
    .max(100)
    .regex(/^(AWS|Custom):.*$/),
  Filters: INVENTORY_FILTERS,
  ...paging(1, 50),
});

/** Types that Systems Manager collects without configuration. */
const TYPES = new Set(
  [
    ["AWSComponent", "Application", "BillingInfo", "ComplianceItem", "File", "InstanceDetailedInformation"],
    ["InstanceInformation", "Network", "PatchCompliance", "PatchSummary", "Service", "Tag"],
    ["WindowsRegistry", "WindowsRole", "WindowsUpdate"],
  ]
    .flat()
    .map((name) => `AWS:${name}`),
);

/**
 * Returns the inventory entries of one type: maps of strings, numbers and times included. If the node lacks the type,
 * there are no entries.
 */
export function listInventoryEntries(data: RegionData, input: unknown): object {
  const request = readRequest("ListInventoryEntries", REQUEST, input);
  const { InstanceId, TypeName } = request;
  const found = data.inventoryOf(InstanceId, TypeName);
  if (found === undefined && !TYPES.has(TypeName)) {
    throw new ServiceError("InvalidTypeNameException", `The parameter type name isn't valid: ${TypeName}`);
  }
  const filters = knownFilters(request.Filters, () => true);
  const { items, next } = page("ListInventoryEntries", request, found?.Entries ?? [], 50, (entry) =>
    passes(filters, (key) => (Object.hasOwn(entry, key) ? entry[key] : undefined)),
  );
  const { SchemaVersion = "1.0", CaptureTime } = found ?? {};
  return { TypeName, InstanceId, SchemaVersion, CaptureTime, Entries: items, ...next };
}
