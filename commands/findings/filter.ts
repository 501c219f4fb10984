import type { AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { FINDING_KINDS, findingId, type FindingScope } from "../../functions/finding/finding-identity.ts";
import {
  RECORD_STATES,
  type FindingView,
  type Severity,
  type WORKFLOW_STATUSES,
} from "../../presentation/findings/finding-view.ts";

export const STATES = [...RECORD_STATES, "all"] as const;

/** Which findings are asked for; an empty list stands for all. */
export interface FindingFilter {
  readonly severities: readonly Severity[];
  readonly nodes: readonly string[];
  readonly statuses: readonly (typeof WORKFLOW_STATUSES)[number][];
  readonly state: (typeof STATES)[number];
}

export const EVERYTHING: FindingFilter = { severities: [], nodes: [], statuses: [], state: "all" };

/** A filter of GetFindings takes 20 values, and each node has an Id for each kind of finding. */
const NODES_PER_SEARCH = 20 / FINDING_KINDS.length;

/** The filters as GetFindings takes them: as many searches as the nodes need, one where no node is named. */
export function apiFilters(filter: FindingFilter, scope: FindingScope): AwsSecurityFindingFilters[] {
  const { severities, statuses, state, nodes } = filter;
  const common: AwsSecurityFindingFilters = {
    ...(severities.length > 0 && { SeverityLabel: equalsAny(...severities) }),
    ...(statuses.length > 0 && { WorkflowStatus: equalsAny(...statuses) }),
    ...(state !== "all" && { RecordState: equalsAny(state) }),
  };
  if (nodes.length === 0) return [common];
  return chunks([...new Set(nodes)], NODES_PER_SEARCH).map((some) => ({
    ...common,
    Id: equalsAny(...some.flatMap((nodeId) => FINDING_KINDS.map((kind) => findingId(scope, nodeId, kind)))),
  }));
}

/** The same, for findings that came without Security Hub's filters. */
export function fits(view: FindingView, { severities, nodes, statuses, state }: FindingFilter): boolean {
  const among = (allowed: readonly string[], value: string) => allowed.length === 0 || allowed.includes(value);
  return (
    view.kind !== "other" &&
    among(severities, view.severity) &&
    among(nodes, view.nodeId) &&
    among(statuses, view.workflowStatus) &&
    (state === "all" || view.recordState === state)
  );
}
