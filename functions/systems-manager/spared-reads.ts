import type { InstancePatchState } from "@aws-sdk/client-ssm";
import { patchSource } from "../compliance/patch-source.ts";
import { countsAny } from "../compliance/reading.ts";
import { isOutdated } from "../compliance/sources.ts";
import type { NodeReference } from "../work/node-reference.ts";
import type { NodeSummary } from "./compliance-summaries.ts";

/**
 * Returns whether the node's summaries can spare the read of its compliance items. They cannot if the patch state is
 * missing or counts noncompliant patches, if an association's data is awaited, or if a finding may close: only items
 * prove that a node is compliant.
 *
 * @example
 * mayBeSpared({ nodeId: "i-0123456789abcdef0", attempts: 0, readInFull: true }, state); // false
 */
export function mayBeSpared(reference: NodeReference, state: InstancePatchState | undefined): boolean {
  const { associationRun, readAssociations, readInFull } = reference;
  const wantsItems = associationRun !== undefined || readAssociations === true || readInFull === true;
  return state !== undefined && !wantsItems && !countsAny(countsOf(state).counts);
}

/**
 * Returns whether the summaries say that the items have nothing noncompliant. Without a summary of the patches they say
 * nothing. If the patch state is old, an association may be newer, so its items are read.
 */
export function isSpared(state: InstancePatchState, summary: NodeSummary | undefined, readAt: string): boolean {
  if (summary?.Patch !== "compliant" || summary.Association === "noncompliant") return false;
  return summary.Association === undefined || !isOutdated(countsOf(state), readAt);
}

function countsOf(state: InstancePatchState) {
  return patchSource({ ...state }, [], false);
}
