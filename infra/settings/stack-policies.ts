import { DEFAULT_POLICIES, namedTags, type Policies } from "../../contract/policies.ts";
import { parsePolicies } from "../../contract/policy-file.ts";
import type { PlainSettings } from "./shape.ts";
import { endOf } from "./until.ts";

type PolicySettings = Pick<
  PlainSettings,
  "severityRules" | "patchWithinDays" | "deadlineRules" | "overdueRaisesSeverity" | "exceptions"
>;
type Nodes = PolicySettings["deadlineRules"][number]["nodes"];
type Exception = PolicySettings["exceptions"][number];

/**
 * Returns the policies that a stack's settings make.
 *
 * @throws {Error} if the functions would refuse them
 * @example
 * const { exceptions } = stackPolicies(readSettings());
 */
export function stackPolicies(settings: PolicySettings): Policies {
  return parsePolicies(policiesText(settings));
}

/** Returns whether a rule or an exception has a condition on tags. Only then are tags read. */
export function namesTags(settings: PolicySettings): boolean {
  return namedTags(stackPolicies(settings)).length > 0;
}

/** Returns the policies of some settings as JSON. */
export function policiesText(settings: PolicySettings): string {
  return JSON.stringify({
    severityRules: settings.severityRules.map(({ tags, severity, ...rule }) => ({
      ...rule,
      ...(tags && { tags: listsOf(tags) }),
      severity,
    })),
    patchWithinDays: generalDays(settings.patchWithinDays),
    deadlineRules: settings.deadlineRules.map((rule) => ({
      nodes: nodesOf(rule.nodes),
      days: Object.fromEntries(Object.entries(rule.patchWithinDays).map(([label, days]) => [label, numberOf(days)])),
    })),
    overdueRaisesSeverity: settings.overdueRaisesSeverity,
    exceptions: settings.exceptions.map(exceptionOf),
  });
}

function generalDays(given: PolicySettings["patchWithinDays"]): Policies["patchWithinDays"] {
  const days = Object.entries({ ...DEFAULT_POLICIES.patchWithinDays, ...given });
  return Object.fromEntries(days.filter(([, number]) => number !== "none"));
}

const numberOf = (days: number | "none"): number | null => (days === "none" ? null : days);

function nodesOf({ tags, ...nodes }: Nodes): object {
  return { ...nodes, ...(tags && { tags: listsOf(tags) }) };
}

function listsOf(tags: NonNullable<Nodes["tags"]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(tags).map(([key, values]) => [key, [values].flat()]));
}

function exceptionOf({ patches, nodes, until, ...stated }: Exception): object {
  const { cves, ...others } = patches ?? {};
  return {
    ...(patches && { patches: { ...others, ...(cves && { cves: cves.map((cve) => cve.toUpperCase()) }) } }),
    ...(nodes && { nodes: nodesOf(nodes) }),
    ...stated,
    until: new Date(endOf(until) ?? 0).toISOString(),
  };
}
