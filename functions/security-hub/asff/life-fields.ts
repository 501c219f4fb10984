import { ACCEPTED } from "../../../contract/changes.ts";
import { DUE_STATES } from "../../../contract/due.ts";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { SEVERITY_LABELS, severityLabel } from "../../../contract/severity.ts";
import type { Ended, LevelClocks, PatchClocks } from "../../finding/remembered.ts";
import type { Acceptance, Intent } from "../../finding/intent.ts";
import type { Life } from "../../finding/life.ts";
import { joinWithin } from "../../runtime/text.ts";
import { isoInstant } from "../../runtime/time.ts";

/** Characters that a value of ProductFields may have (AWS Security Finding Format, "ProductFields"), with some room. */
const MAX_VALUE_BYTES = 2_000;

type Fields = Readonly<Record<string, string>>;

/** Returns what a finding keeps of its time. */
export function lifeFields(life: Life): Fields {
  const { levelsSince, patchesSince, due, dueDate, dueReason, ratedSeverity } = life;
  const overdue = due === "overdue";
  return defined({
    [PRODUCT_FIELDS.openSince]: life.openSince,
    [PRODUCT_FIELDS.levelsSince]: encodeLevels(levelsSince),
    [PRODUCT_FIELDS.patchesSince]: encodePatches(patchesSince),
    [PRODUCT_FIELDS.dueDate]: dueDate,
    [PRODUCT_FIELDS.dueReason]: dueDate && dueReason,
    [PRODUCT_FIELDS.due]: due,
    [PRODUCT_FIELDS.overdueSince]: overdue ? dueDate : undefined,
    [PRODUCT_FIELDS.overdue]: overdue ? "true" : undefined,
    [PRODUCT_FIELDS.ratedSeverity]: ratedSeverity,
    [PRODUCT_FIELDS.peakSeverity]: life.peakSeverity,
  });
}

/** Returns which exceptions accept patches of the node. */
export function acceptanceFields(acceptance: Acceptance | undefined): Fields {
  if (acceptance === undefined) return {};
  const { accepted, until, by, patches } = acceptance;
  return {
    [PRODUCT_FIELDS.accepted]: accepted,
    [PRODUCT_FIELDS.acceptedUntil]: until,
    [PRODUCT_FIELDS.acceptedBy]: by.join(", "),
    [PRODUCT_FIELDS.acceptedPatches]: joinWithin(patches, MAX_VALUE_BYTES),
  };
}

/** Returns what a closed finding keeps. */
export function endedFields({ openSince, peakSeverity }: Ended): Fields {
  return defined({ [PRODUCT_FIELDS.openSince]: openSince, [PRODUCT_FIELDS.peakSeverity]: peakSeverity });
}

/** Returns what an import changes. */
export function changeFields({
  change,
  changeId,
}: Pick<Exclude<Intent, { action: "unchanged" }>, "change" | "changeId">) {
  return { [PRODUCT_FIELDS.change]: change, [PRODUCT_FIELDS.changeId]: changeId };
}

/** Reads them back. A value that somebody wrote differently counts as missing. */
export function decodeLife(fields: Readonly<Record<string, string | undefined>>) {
  return {
    ratedSeverity: severityLabel(fields[PRODUCT_FIELDS.ratedSeverity]),
    peakSeverity: severityLabel(fields[PRODUCT_FIELDS.peakSeverity]),
    levelsSince: decodeLevels(fields[PRODUCT_FIELDS.levelsSince]),
    patchesSince: decodePatches(fields[PRODUCT_FIELDS.patchesSince]),
    dueDate: fields[PRODUCT_FIELDS.dueDate],
    dueReason: fields[PRODUCT_FIELDS.dueReason],
    due: DUE_STATES.find((state) => state === fields[PRODUCT_FIELDS.due]),
    accepted: ACCEPTED.find((one) => one === fields[PRODUCT_FIELDS.accepted]),
    acceptedUntil: fields[PRODUCT_FIELDS.acceptedUntil],
    acceptedBy: fields[PRODUCT_FIELDS.acceptedBy]?.split(", "),
    rules: fields[PRODUCT_FIELDS.severityRules],
    changeId: fields[PRODUCT_FIELDS.changeId],
  };
}

function encodeLevels(clocks: LevelClocks): string | undefined {
  const entries = SEVERITY_LABELS.flatMap((label) =>
    clocks[label] === undefined ? [] : [`${label} ${clocks[label]}`],
  );
  return entries.length === 0 ? undefined : entries.join(", ");
}

function decodeLevels(text: string | undefined): LevelClocks | undefined {
  if (text === undefined) return undefined;
  const entries = text.split(", ").flatMap((entry) => {
    const [word, time = ""] = entry.split(" ");
    const [label, since] = [severityLabel(word), isoInstant(Date.parse(time))];
    return label === undefined || since === undefined ? [] : [[label, since] as const];
  });
  return Object.fromEntries(entries);
}

/** The list of patches is bounded, so all of its clocks fit. A hostile list could be longer. */
function encodePatches(clocks: PatchClocks): string | undefined {
  let text = "";
  for (const [id, day] of clocks) {
    const longer = `${text === "" ? "" : `${text}, `}${id} ${day}`;
    if (Buffer.byteLength(longer) > MAX_VALUE_BYTES) break;
    text = longer;
  }
  return text === "" ? undefined : text;
}

/** An id may contain commas and spaces, so an entry ends with a day. */
function decodePatches(text: string | undefined): PatchClocks | undefined {
  if (text === undefined) return undefined;
  return new Map(Array.from(text.matchAll(/(.+?) (\d{4}-\d{2}-\d{2})(?:, |$)/g), ([, id = "", day = ""]) => [id, day]));
}

function defined(fields: Readonly<Record<string, string | undefined>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, value] as const],
    ),
  );
}
