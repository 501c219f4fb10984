/** Converts `Intent` to, and `Remembered` from, the AWS Security Finding Format (2018-10-08). */
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { FindingKind } from "../../../contract/generators.ts";
import { noncompliantSince, unknownSince } from "../../compliance/status-since.ts";
import type { RatedJudgement } from "../../compliance/node-severity.ts";
import { REMOVED } from "../../work/node-reference.ts";
import { closedBlindSpot, endedBlindSpot, openBlindSpot, storedBlindSpot } from "./blind-spot.ts";
import { encodeCompliant, encodeNoncompliant } from "./compliance.ts";
import { encodeDue } from "./due.ts";
import { changeFields, decodeLife } from "./life-fields.ts";
import { encodeAbsence, encodeRemoval } from "./removed.ts";
import { timesOf } from "./times.ts";
import { findingId, productArn, type FindingScope } from "./finding-identity.ts";
import type { Intent, Write } from "../../finding/intent.ts";
import type { Foreign, Remembered } from "../../finding/remembered.ts";
import { isClosed, isOwnFinding, type ImportableFinding, type StoredFinding } from "./stored-finding.ts";

/** The finding that Security Hub has under an Id of the program. */
export interface Found {
  readonly own?: ImportableFinding;
  readonly remembered: Remembered | Foreign | undefined;
}

/** Finds and decodes the finding of this kind about this node. */
export function findStored(
  all: readonly StoredFinding[],
  scope: FindingScope,
  nodeId: string,
  kind: FindingKind,
): Found {
  const own = all.find((finding): finding is ImportableFinding => isOwnFinding(finding, scope, nodeId, kind));
  if (own !== undefined) return { own, remembered: decode(own, kind) };
  const taken = all.find(
    ({ Id, ProductArn }) => Id === findingId(scope, nodeId, kind) && ProductArn === productArn(scope),
  );
  return { remembered: taken && { foreign: true, generator: String(taken.GeneratorId) } };
}

/** Reads the facts of a stored finding that decisions need. */
export function decode(stored: ImportableFinding, kind: FindingKind): Remembered {
  const { ProductFields: fields = {}, UpdatedAt, FirstObservedAt, FindingProviderFields } = stored;
  return {
    closed: isClosed(stored),
    ...defined({
      ...decodeLife(fields),
      operationEnd: fields[PRODUCT_FIELDS.operationEndTime],
      updatedAt: UpdatedAt,
      openSince: fields[PRODUCT_FIELDS.openSince] ?? FirstObservedAt,
      severity: FindingProviderFields?.Severity?.Label,
      contentHash: fields[PRODUCT_FIELDS.contentHash],
      absentSince: fields[PRODUCT_FIELDS.absentSince],
      removed: REMOVED.find((removed) => removed === fields[PRODUCT_FIELDS.removed]),
      blindSpot: kind === "blindSpot" ? storedBlindSpot(stored).kind : undefined,
    }),
  };
}

type Defined<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

/**
 * Returns the finding that carries out an intent, within the limits of BatchImportFindings for any input.
 *
 * @param stored the program's finding that the intent was decided on
 * @returns undefined if there is nothing to import
 * @throws {RangeError} if the intent changes a stored finding and there is none
 */
export function encode(
  intent: Intent,
  judged: RatedJudgement,
  stored: ImportableFinding | undefined,
  scope: FindingScope,
): ImportableFinding | undefined {
  if (intent.action === "unchanged") return undefined;
  const finding = encodeContent(intent, judged, stored, scope);
  const openedAt = openedAtOf(intent.action, judged.evidence.readAt, stored);
  return { ...finding, ProductFields: { ...finding.ProductFields, ...changeFields(intent), ...openedAt } };
}

function openedAtOf(
  action: Write,
  readAt: string,
  stored: StoredFinding | undefined,
): Readonly<Record<string, string>> {
  const { ProductFields: fields = {}, CreatedAt } = stored ?? {};
  // Findings of version 0.2.0 and earlier do not say it.
  const known = fields[PRODUCT_FIELDS.openedAt] ?? fields[PRODUCT_FIELDS.openSince] ?? CreatedAt;
  const openedAt = action === "open" || action === "reopen" ? readAt : known;
  return openedAt === undefined ? {} : { [PRODUCT_FIELDS.openedAt]: openedAt };
}

function encodeContent(
  { content, action, reason }: Exclude<Intent, { readonly action: "unchanged" }>,
  judged: RatedJudgement,
  stored: ImportableFinding | undefined,
  scope: FindingScope,
): ImportableFinding {
  const { nodeId, readAt } = judged.evidence;
  if (content.shows === "noncompliance") {
    return encodeNoncompliant(judged, content, scope, timesOf(readAt, noncompliantSince(judged), stored));
  }
  if (content.shows === "blindSpot") {
    return openBlindSpot(judged, content, scope, timesOf(readAt, unknownSince(judged), stored));
  }
  if (stored === undefined) throw new RangeError(`no stored finding of ${nodeId} to ${action}`);
  switch (content.shows) {
    case "compliance":
      return encodeCompliant(judged, stored, content.ended, scope, timesOf(readAt, noncompliantSince(judged), stored));
    case "report": {
      const ended = { blindSpot: storedBlindSpot(stored), ...content.ended };
      return closedBlindSpot(judged, ended, scope, timesOf(readAt, unknownSince(judged), stored));
    }
    case "blindSpotEnd": {
      const times = timesOf(readAt, unknownSince(judged), stored);
      const shown = { blindSpot: storedBlindSpot(stored), ...content.ended };
      return endedBlindSpot(judged, { end: content.end, why: reason }, shown, scope, times);
    }
    case "due":
      return encodeDue(stored, readAt, content);
    case "removal":
      return encodeRemoval(stored, nodeId, readAt, content.removed, reason);
    case "absence":
      return encodeAbsence(stored, readAt, content.absentSince);
  }
}
