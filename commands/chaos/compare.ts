/** Compares a run with faults with the calm run of the same fleet and events. */
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { isDeepStrictEqual } from "node:util";
import { counted } from "../../contract/counted.ts";
import * as z from "zod";

/** Kinds of broken guarantees. */
export const VIOLATIONS = [
  "lost",
  "doubled",
  "different",
  "wrongly closed",
  "wrongly open",
  "wrongly quarantined",
  "not ended",
  "CreatedAt changed",
  "defect",
] as const;

/** A broken guarantee. */
export interface Violation {
  readonly kind: (typeof VIOLATIONS)[number];
  /** A node, a finding, or the whole run. */
  readonly about: string;
  readonly detail: string;
}

/** The result of one of the two runs. */
export interface Outcome {
  readonly findings: readonly object[];
  readonly quarantined: readonly { readonly nodeId?: string; readonly reason: string; readonly message?: string }[];
  readonly withoutResult: readonly string[];
  readonly notEnded?: string;
  readonly defects?: readonly string[];
}

const asff = z.looseObject({
  Id: z.string(),
  CreatedAt: z.string(),
  RecordState: z.string(),
  GeneratorId: z.string(),
  Resources: z.array(z.object({ Id: z.string() })).min(1),
});
type Asff = z.infer<typeof asff>;

/**
 * Fields that are not compared: they hold times, which faults delay. No cause, severity, proof or person's decision is
 * among them.
 */
const TIMES: ReadonlySet<string> = new Set([
  "CreatedAt",
  "UpdatedAt",
  "FirstObservedAt",
  "LastObservedAt",
  "ProcessedAt",
  PRODUCT_FIELDS.openSince,
  PRODUCT_FIELDS.openedAt,
]);
/**
 * Texts with a proof, which differ between runs: the proof of a termination ends with the time of the read, and any other
 * proof starts with the run. The note on closing repeats the proof.
 */
const PROOF_TEXTS: ReadonlySet<string> = new Set([PRODUCT_FIELDS.proof, "Text"]);
const READ_AT = /\(read [0-9T:.Z-]{20,30}\)/;
const NAMED_RUN = /(?<=Closed by proof: ).*?(?= ended )/;
/**
 * Fields that name a run. Several events name a node, each with its own run, and a sweep names no run. The last message to
 * change a finding decides which run the finding names, and whether its notes say that the run's data never arrived. The id
 * of a change is a hash of such times and of the changes before it.
 */
const RUN_FIELDS: ReadonlySet<string> = new Set([
  PRODUCT_FIELDS.document,
  PRODUCT_FIELDS.operationId,
  PRODUCT_FIELDS.changeId,
]);
const MISSING_RUN_NOTE =
  /stale data: (?:no data from [\w-]+ in compliance type (?:Patch or inventory|Association)|the newest data is from \S+, before the last run of [\w-]+|no patch compliance data)(?:, )?/g;
const EMPTY_NOTE = / Note: \.$/;

/**
 * Returns what is worse in `chaos` than in `calm`. Problems of the whole run come first.
 *
 * @example const violations = compare(calmOutcome, chaosOutcome);
 */
export function compare(calm: Outcome, chaos: Outcome): Violation[] {
  const expected = byNodeAndKind(calm.findings);
  const found = byNodeAndKind(chaos.findings);
  const keys = [...new Set([...expected.keys(), ...found.keys()])].toSorted();
  return [
    ...(chaos.notEnded === undefined ? [] : [violation("not ended", "the run", chaos.notEnded)]),
    ...(chaos.defects ?? []).map((defect) => violation("defect", "the run", defect)),
    ...chaos.withoutResult
      .filter((nodeId) => !calm.withoutResult.includes(nodeId))
      .map((nodeId) => violation("lost", nodeId, "the node has no result")),
    ...keys.flatMap((key) => compareOne(key, expected.get(key) ?? [], found.get(key) ?? [])),
    ...quarantineViolations(calm, chaos),
  ];
}

/** Returns the findings whose CreatedAt changed. A finding must live as long as its problem. */
export function changedCreation(before: readonly object[], after: readonly object[]): Violation[] {
  const created = new Map(
    z
      .array(asff)
      .parse(before)
      .map(({ Id, CreatedAt }) => [Id, CreatedAt]),
  );
  return z
    .array(asff)
    .parse(after)
    .flatMap(({ Id, CreatedAt: now }) => {
      const then = created.get(Id) ?? now;
      return then === now ? [] : [violation("CreatedAt changed", Id, `from ${then} to ${now}`)];
    });
}

/** Groups findings by node and kind: `i-0123 compliance`. */
function byNodeAndKind(findings: readonly object[]): Map<string, Asff[]> {
  return Map.groupBy(z.array(asff).parse(findings), ({ GeneratorId, Resources: [resource] }) => {
    const nodeId = resource?.Id.split("/").at(-1) ?? "";
    return `${nodeId} ${GeneratorId.endsWith("/blind-spot") ? "blind spot" : "compliance"}`;
  });
}

function compareOne(key: string, expected: readonly Asff[], found: readonly Asff[]): Violation[] {
  const [calm] = expected;
  const [chaos] = found;
  if (found.length > 1) return [violation("doubled", key, `${counted(found.length, "finding")}: ${ids(found)}`)];
  if (chaos === undefined) return [violation("lost", key, `the calm run has a finding that is ${stateOf(calm)}`)];
  if (calm === undefined)
    return [violation("wrongly open", key, `a finding that the calm run lacks, ${stateOf(chaos)}`)];
  if (isOpen(calm) && !isOpen(chaos)) return [violation("wrongly closed", key, `by ${proofOf(chaos)}`)];
  if (!isOpen(calm) && isOpen(chaos))
    return [violation("wrongly open", key, `the calm run closes it: ${proofOf(calm)}`)];
  const paths = differences(withoutTimes(calm), withoutTimes(chaos));
  return paths.length === 0 ? [] : [violation("different", key, paths.slice(0, 5).join(", "))];
}

/** Reports quarantine entries that the calm run does not have: faults of calls must not quarantine a node. */
function quarantineViolations(calm: Outcome, chaos: Outcome): Violation[] {
  const known = new Set(calm.quarantined.map(({ nodeId, reason }) => JSON.stringify([nodeId, reason])));
  return chaos.quarantined
    .filter(({ nodeId, reason }) => !known.has(JSON.stringify([nodeId, reason])))
    .map(({ nodeId = "a message", reason, message = "" }) =>
      violation("wrongly quarantined", nodeId, `${reason}${message === "" ? "" : ` (${message})`}`),
    );
}

function withoutTimes(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    const text = value.replaceAll(MISSING_RUN_NOTE, "").replace(EMPTY_NOTE, "");
    return PROOF_TEXTS.has(key) ? text.replace(READ_AT, "(read)").replace(NAMED_RUN, "a run") : text;
  }
  if (Array.isArray(value)) return value.map((each) => withoutTimes(each));
  if (!isObject(value)) return value;
  const skipped = key === "Note" ? new Set(["UpdatedAt"]) : TIMES.union(RUN_FIELDS);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const text = skipped.has(name) ? "" : withoutTimes(inner, name);
      return text === "" ? [] : [[name, text]];
    }),
  );
}

/** Returns the paths where two values differ, with both values: `/Workflow/Status is "NEW", not "RESOLVED"`. */
function differences(expected: unknown, found: unknown, path = ""): string[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (isObject(expected) && isObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...keys].flatMap((key) => differences(expected[key], found[key], `${path}/${key}`));
  }
  return [`${path} is ${brief(found)}, not ${brief(expected)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const brief = (value: unknown): string => (value === undefined ? "absent" : JSON.stringify(value).slice(0, 100));
const isOpen = ({ RecordState }: Asff): boolean => RecordState === "ACTIVE";
const stateOf = (finding: Asff | undefined): string => (finding !== undefined && isOpen(finding) ? "open" : "closed");
const ids = (findings: readonly Asff[]): string => findings.map(({ Id }) => Id).join(", ");

function proofOf({ ProductFields: fields }: Asff): string {
  const proof: unknown = isObject(fields) ? fields[PRODUCT_FIELDS.proof] : undefined;
  return typeof proof === "string" ? proof : "no proof";
}

const violation = (kind: Violation["kind"], about: string, detail: string): Violation => ({ kind, about, detail });
