import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
/** The campaign's oracle: what differs between a run with faults and the calm run of the same fleet and events. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";

/** Each is a promise that the program gave and did not keep. */
export const TROUBLES = [
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

/** Something that may not be. */
export interface Trouble {
  readonly kind: (typeof TROUBLES)[number];
  /** What it is about: a node, a queue. */
  readonly about: string;
  readonly detail: string;
}

/** What one of the two runs came to. */
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
 * What is not compared, each because it tells when something was done, and faults delay: nothing of what is wrong with
 * a node, how bad it is, what proves it, and who decided what is among them.
 */
const TIMES: ReadonlySet<string> = new Set([
  "CreatedAt",
  "UpdatedAt",
  "FirstObservedAt",
  "LastObservedAt",
  "ProcessedAt",
  PRODUCT_FIELDS.openSince,
]);
/**
 * The proof that a node is terminated ends in the time of the read that showed it, and any other begins with the run.
 * The note on closing repeats the proof.
 */
const PROOF_TEXTS: ReadonlySet<string> = new Set([PRODUCT_FIELDS.proof, "Text"]);
const READ_AT = /\(read [0-9T:.Z-]{20,30}\)/;
const NAMED_RUN = /(?<=Closed by proof: ).*?(?= ended )/;
/**
 * Several events name a node, each its own run, and a sweep names none: which of them is the last to change a finding
 * decides the run that it names, and whether it notes that it has waited for that run in vain.
 */
const OF_THE_RUN: ReadonlySet<string> = new Set([PRODUCT_FIELDS.document, PRODUCT_FIELDS.operationId]);
const WAITED_IN_VAIN =
  /stale: (?:no data of [\w-]+ under compliance type (?:Patch or inventory|Association)|the newest data is of \S+, before the run of [\w-]+ just ended|no patch compliance data)(?:, )?/g;
const EMPTY_NOTE = / Note: \.$/;

/** @returns all that `chaos` did worse than `calm`: first what is about the whole run */
export function compare(calm: Outcome, chaos: Outcome): Trouble[] {
  const expected = byNodeAndKind(calm.findings);
  const found = byNodeAndKind(chaos.findings);
  const keys = [...new Set([...expected.keys(), ...found.keys()])].toSorted();
  return [
    ...(chaos.notEnded === undefined ? [] : [trouble("not ended", "the run", chaos.notEnded)]),
    ...(chaos.defects ?? []).map((defect) => trouble("defect", "the run", defect)),
    ...chaos.withoutResult
      .filter((nodeId) => !calm.withoutResult.includes(nodeId))
      .map((nodeId) => trouble("lost", nodeId, "nothing was said about the node")),
    ...keys.flatMap((key) => compareOne(key, expected.get(key) ?? [], found.get(key) ?? [])),
    ...quarantineTroubles(calm, chaos),
  ];
}

/** @returns findings whose time of creation differs from the one they had before: each is to live as long as its problem */
export function changedCreation(before: readonly object[], after: readonly object[]): Trouble[] {
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
      return then === now ? [] : [trouble("CreatedAt changed", Id, `from ${then} to ${now}`)];
    });
}

/** Findings by node and kind: `i-0123 compliance`. */
function byNodeAndKind(findings: readonly object[]): Map<string, Asff[]> {
  return Map.groupBy(z.array(asff).parse(findings), ({ GeneratorId, Resources: [resource] }) => {
    const nodeId = resource?.Id.split("/").at(-1) ?? "";
    return `${nodeId} ${GeneratorId.endsWith("/blind-spot") ? "blind spot" : "compliance"}`;
  });
}

function compareOne(key: string, expected: readonly Asff[], found: readonly Asff[]): Trouble[] {
  const [calm] = expected;
  const [chaos] = found;
  if (found.length > 1) return [trouble("doubled", key, `${found.length} findings: ${ids(found)}`)];
  if (chaos === undefined) return [trouble("lost", key, `the calm run has a finding that is ${stateOf(calm)}`)];
  if (calm === undefined) return [trouble("wrongly open", key, `a finding that the calm run lacks, ${stateOf(chaos)}`)];
  if (isOpen(calm) && !isOpen(chaos)) return [trouble("wrongly closed", key, `by ${proofOf(chaos)}`)];
  if (!isOpen(calm) && isOpen(chaos)) return [trouble("wrongly open", key, `the calm run closes it: ${proofOf(calm)}`)];
  const paths = differences(withoutTimes(calm), withoutTimes(chaos));
  return paths.length === 0 ? [] : [trouble("different", key, paths.slice(0, 5).join(", "))];
}

/** An entry that the calm run lacks is untrue, as the faults were of calls and not of nodes. */
function quarantineTroubles(calm: Outcome, chaos: Outcome): Trouble[] {
  const known = new Set(calm.quarantined.map(({ nodeId, reason }) => JSON.stringify([nodeId, reason])));
  return chaos.quarantined
    .filter(({ nodeId, reason }) => !known.has(JSON.stringify([nodeId, reason])))
    .map(({ nodeId = "a message", reason, message = "" }) =>
      trouble("wrongly quarantined", nodeId, `${reason}${message === "" ? "" : ` (${message})`}`),
    );
}

function withoutTimes(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    const text = value.replaceAll(WAITED_IN_VAIN, "").replace(EMPTY_NOTE, "");
    return PROOF_TEXTS.has(key) ? text.replace(READ_AT, "(read)").replace(NAMED_RUN, "a run") : text;
  }
  if (Array.isArray(value)) return value.map((each) => withoutTimes(each));
  if (!isObject(value)) return value;
  const skipped = key === "Note" ? new Set(["UpdatedAt"]) : TIMES.union(OF_THE_RUN);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const told = skipped.has(name) ? "" : withoutTimes(inner, name);
      return told === "" ? [] : [[name, told]];
    }),
  );
}

/** Where two values differ, with both: `/Workflow/Status "NEW" not "RESOLVED"`. */
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

const trouble = (kind: Trouble["kind"], about: string, detail: string): Trouble => ({ kind, about, detail });
