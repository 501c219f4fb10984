import { z } from "zod";
import { parseTime } from "../../fleet/wire-time.ts";
import { knownFilters, passes, PATCH_FILTERS } from "./filter.ts";
import { page } from "./paging.ts";
import type { RegionData } from "./region-data.ts";
import { NODE_ID_SHAPE, paging, readRequest } from "./request.ts";

const STATES_REQUEST = z.strictObject({ InstanceIds: z.array(NODE_ID_SHAPE).max(50), ...paging(10, 100) });

/** Returns patch states. Nodes that are unknown or were never scanned are absent from the answer. */
export function describeInstancePatchStates(data: RegionData, input: unknown): object {
  const request = readRequest("DescribeInstancePatchStates", STATES_REQUEST, input);
  const nodeIds = [...new Set(request.InstanceIds)];
  const { items, next } = page("DescribeInstancePatchStates", request, nodeIds, 100, (nodeId) => {
    return data.patchStateOf(nodeId) !== undefined;
  });
  return { InstancePatchStates: items.map((nodeId) => data.patchStateOf(nodeId)), ...next };
}

const PATCHES_REQUEST = z.strictObject({ InstanceId: NODE_ID_SHAPE, Filters: PATCH_FILTERS, ...paging(10, 100) });
const PATCH_KEYS = ["Classification", "KBId", "Severity", "State"] as const;

interface Patch {
  readonly Title: string;
  readonly KBId: string;
  readonly Classification: string;
  /** The vendor's severity; the baseline's compliance level is not in this API. */
  readonly Severity: string;
  readonly State: string;
  readonly InstalledTime: Date;
  readonly CVEIds?: string;
}

/** Returns the packages of a node, from its compliance rows, or from its patch inventory if it has no rows. */
export function describeInstancePatches(data: RegionData, input: unknown): object {
  const request = readRequest("DescribeInstancePatches", PATCHES_REQUEST, input);
  const filters = knownFilters(request.Filters, (key) => PATCH_KEYS.some((known) => known === key));
  const { items, next } = page("DescribeInstancePatches", request, patchesOf(data, request.InstanceId), 50, (patch) =>
    passes(filters, (key) => {
      const known = PATCH_KEYS.find((name) => name === key);
      return known && patch[known];
    }),
  );
  return { Patches: items, ...next };
}

function patchesOf(data: RegionData, nodeId: string): Patch[] {
  const rows = data.complianceItemsOf(nodeId).filter(({ ComplianceType }) => ComplianceType === "Patch");
  if (rows.length > 0) {
    return rows.map(({ Title = "", Id = "", Details = {} }) =>
      patch({ ...Details, Title, KBId: Id, State: Details["PatchState"], Severity: Details["PatchSeverity"] }),
    );
  }
  return (data.inventoryOf(nodeId, "AWS:PatchCompliance")?.Entries ?? []).map(patch);
}

function patch(row: Readonly<Record<string, string | undefined>>): Patch {
  const { Title = "", KBId = "", Classification = "", Severity = "", State = "", InstalledTime, CVEIds = "" } = row;
  return {
    Title,
    KBId,
    Classification,
    Severity,
    State,
    // Systems Manager reports 1970 for packages that are not installed.
    InstalledTime: parseTime(InstalledTime) ?? new Date(0),
    ...(CVEIds !== "" && { CVEIds }),
  };
}
