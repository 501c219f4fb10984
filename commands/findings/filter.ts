import type { AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { FINDING_KINDS } from "../../contract/generators.ts";
import { findingId, type FindingScope } from "../../functions/security-hub/asff/finding-identity.ts";
import type { DueState } from "../../contract/due.ts";
import {
  hasCve,
  hasName,
  hasPatch,
  isInPatchGroup,
  isNamed,
  isOnPlatform,
  listsSomeCves,
  namesSomePatches,
} from "../../presentation/findings/text-match.ts";
import { oneLine } from "../../presentation/findings/text.ts";
import {
  DEFAULT_OWNER_TAG,
  RECORD_STATES,
  type FindingView,
  type Severity,
  type WORKFLOW_STATUSES,
} from "../../presentation/findings/finding-view.ts";

export const STATES = [...RECORD_STATES, "all"] as const;

/** Selects findings. An empty list selects all. */
export interface FindingFilter {
  readonly severities: readonly Severity[];
  readonly nodes: readonly string[];
  readonly statuses: readonly (typeof WORKFLOW_STATUSES)[number][];
  readonly state: (typeof STATES)[number];
  readonly due: readonly DueState[];
  /** Ids of findings. */
  readonly ids?: readonly string[];
  /** Exact value of the owner tag. */
  readonly owner?: string;
  /** Part of the computer name or node id. */
  readonly name?: string;
  /** The whole computer name, in any case. */
  readonly computerName?: string;
  /** KB number or package. */
  readonly patch?: string;
  readonly cve?: string;
  /** Part of the platform and its version. */
  readonly platform?: string;
  readonly patchGroup?: string;
  /** Key of the tag that names the owner. Default: the source's, or {@link DEFAULT_OWNER_TAG}. */
  readonly ownerTag?: string;
}

export const EVERYTHING: FindingFilter = { severities: [], nodes: [], statuses: [], state: "all", due: [] };

/** A GetFindings filter takes 20 values (Security Hub API reference). */
const IDS_PER_SEARCH = 20;

/**
 * Returns the GetFindings filters for a selection: one search per 20 Ids, or a single search if no finding and no node is
 * named. Each node has one Id per kind of finding.
 *
 * @param scope absent: the findings of several accounts and Regions, whose Ids nodes alone do not tell
 * @example for (const filters of apiFilters(filter, scope)) await hub.search(filters);
 */
export function apiFilters(filter: FindingFilter, scope?: FindingScope): AwsSecurityFindingFilters[] {
  const { severities, statuses, state, owner, ownerTag = DEFAULT_OWNER_TAG } = filter;
  const common: AwsSecurityFindingFilters = {
    ...(severities.length > 0 && { SeverityLabel: equalsAny(...severities) }),
    ...(statuses.length > 0 && { WorkflowStatus: equalsAny(...statuses) }),
    ...(state !== "all" && { RecordState: equalsAny(state) }),
    ...(owner !== undefined && { ResourceTags: [{ Key: ownerTag, Value: owner, Comparison: "EQUALS" }] }),
  };
  const ids = idsOf(filter, scope);
  if (ids.length === 0) return [common];
  return chunks([...new Set(ids)], IDS_PER_SEARCH).map((some) => ({ ...common, Id: equalsAny(...some) }));
}

function idsOf({ ids = [], nodes }: FindingFilter, scope: FindingScope | undefined): readonly string[] {
  if (ids.length > 0 || scope === undefined) return ids;
  return nodes.flatMap((nodeId) => FINDING_KINDS.map((kind) => findingId(scope, nodeId, kind)));
}

/** Returns whether a finding matches the filter. Security Hub has applied all of it but the due state and the texts. */
export function matchesFilter(view: FindingView, filter: FindingFilter): boolean {
  const { patch, cve } = filter;
  return (
    matchesRest(view, filter) &&
    (patch === undefined || hasPatch(view, patch)) &&
    (cve === undefined || hasCve(view, cve))
  );
}

/** Returns whether a finding that does not match may do so: it names only some of its patches or CVEs. */
export function mayMatch(view: FindingView, filter: FindingFilter): boolean {
  const { patch, cve } = filter;
  return (
    (patch !== undefined || cve !== undefined) &&
    matchesRest(view, filter) &&
    !matchesFilter(view, filter) &&
    (patch === undefined || hasPatch(view, patch) || namesSomePatches(view)) &&
    (cve === undefined || hasCve(view, cve) || listsSomeCves(view))
  );
}

/** Returns whether the filter asks for a patch or a CVE of a node whose patch status is unknown. */
export function isBlindTo(view: FindingView, filter: FindingFilter): boolean {
  const { patch, cve } = filter;
  const { kind, recordState } = view;
  return (
    (patch !== undefined || cve !== undefined) &&
    kind === "blindSpot" &&
    recordState === "ACTIVE" &&
    matchesRest(view, filter)
  );
}

/** Applies all of the filter but patch and CVE. */
function matchesRest(view: FindingView, filter: FindingFilter): boolean {
  const { severities, nodes, statuses, state, due, ids = [], owner } = filter;
  const among = (allowed: readonly string[], value: string) => allowed.length === 0 || allowed.includes(value);
  return (
    view.kind !== "other" &&
    among(severities, view.severity) &&
    among(nodes, view.nodeId) &&
    among(ids, view.id) &&
    among(statuses, view.workflowStatus) &&
    among(due, view.due ?? "") &&
    (owner === undefined || view.owner === oneLine(owner)) &&
    (state === "all" || view.recordState === state) &&
    matchesTexts(view, filter)
  );
}

function matchesTexts(view: FindingView, { name, computerName, platform, patchGroup }: FindingFilter): boolean {
  return (
    (name === undefined || hasName(view, name)) &&
    (computerName === undefined || isNamed(view, computerName)) &&
    (platform === undefined || isOnPlatform(view, platform)) &&
    (patchGroup === undefined || isInPatchGroup(view, patchGroup))
  );
}
