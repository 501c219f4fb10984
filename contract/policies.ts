/**
 * The policies of a deployment: what decides severity, deadlines and exceptions. They outgrow the environment variables
 * of a function, so they are a file beside its bundle.
 */
import type { SeverityRule } from "./severity-rules.ts";
import type { SeverityLabel } from "./severity.ts";

/** The file beside a function's bundle. A bundle without it runs with {@link DEFAULT_POLICIES}. */
export const POLICIES_FILE = "policies.json";

/** Tag keys with the values that are accepted. Tag keys and values are compared exactly, as in AWS. */
export type TagConditions = Readonly<Record<string, readonly string[]>>;

/** Which nodes a policy is about. A node must meet all conditions that are given. */
export interface NodeConditions {
  readonly ids?: readonly string[];
  readonly tags?: TagConditions;
  readonly patchGroups?: readonly string[];
  /** Beginnings of platform names, compared without case. */
  readonly platforms?: readonly string[];
}

/** Days within which patches of each severity must be installed. A severity that is left out has no deadline. */
export type DaysBySeverity = Readonly<Partial<Record<SeverityLabel, number>>>;

/** Deadlines of some nodes, instead of the general ones. `null` means no deadline. */
export interface DeadlineRule {
  readonly nodes: NodeConditions;
  readonly days: Readonly<Partial<Record<SeverityLabel, number | null>>>;
}

/** Which patches an exception is about. A patch must meet one of the conditions. */
export interface PatchConditions {
  /** KB numbers or package names, compared without case. */
  readonly ids?: readonly string[];
  /** A patch is meant if it fixes at least one of these CVEs, and no other. */
  readonly cves?: readonly string[];
  /** Patterns of ids and titles, compared without case. `*` stands for any characters. */
  readonly names?: readonly string[];
}

/** Exceptions that one finding names at most. It may use others too. The first to end are named. */
export const NAMED_EXCEPTIONS = 5;

/** A risk that somebody has accepted until a date. */
export interface PatchException {
  /** Absent: all patches of the nodes. */
  readonly patches?: PatchConditions;
  /** Absent: all nodes. */
  readonly nodes?: NodeConditions;
  readonly owner: string;
  readonly reason: string;
  readonly ticket?: string;
  /** ISO 8601: the first moment at which the exception does not hold any more. */
  readonly until: string;
}

export interface Policies {
  /** Rules before the default severity policy. */
  readonly severityRules: readonly SeverityRule[];
  readonly patchWithinDays: DaysBySeverity;
  /** The first rule that meets a node and names a severity decides its deadline. */
  readonly deadlineRules: readonly DeadlineRule[];
  /** Whether an overdue finding gets the next higher severity. */
  readonly overdueRaisesSeverity: boolean;
  readonly exceptions: readonly PatchException[];
}

/**
 * The largest policies. A node has at most one value per tag key, so the bound on the keys also bounds the positions in
 * {@link namedTags} that a reading carries.
 */
export const POLICY_BOUNDS = {
  /** Bytes of JSON of all policies together. */
  bytes: 200_000,
  severityRules: 200,
  deadlineRules: 50,
  exceptions: 500,
  /** Words of one condition. */
  list: 500,
  /** Characters of any text. */
  text: 256,
  days: 3650,
  tagKeys: 10,
} as const;

export const DEFAULT_POLICIES: Policies = {
  severityRules: [],
  patchWithinDays: { CRITICAL: 14, HIGH: 30, MEDIUM: 90, LOW: 180 },
  deadlineRules: [],
  overdueRaisesSeverity: false,
  exceptions: [],
};

/**
 * Returns every pair of tag key and value that a policy names, each once, in a fixed order. Only these matter: what a
 * node has of them is passed on as positions in this list.
 *
 * @example
 * namedTags({ ...DEFAULT_POLICIES, exceptions: [{ nodes: { tags: { Env: ["test"] } }, ...rest }] }); // [["Env", "test"]]
 */
export function namedTags({
  severityRules,
  deadlineRules,
  exceptions,
}: Policies): readonly (readonly [string, string])[] {
  const conditions = [
    ...severityRules.map(({ tags }) => tags),
    ...deadlineRules.map(({ nodes }) => nodes.tags),
    ...exceptions.map(({ nodes }) => nodes?.tags),
  ];
  const pairs = conditions.flatMap((tags = {}) =>
    Object.entries(tags).flatMap(([key, values]) => values.map((value) => JSON.stringify([key, value]))),
  );
  return [...new Set(pairs)].toSorted().map((pair) => JSON.parse(pair) as [string, string]);
}
