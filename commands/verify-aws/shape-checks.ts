/** Checks of the records of Systems Manager: the fields that this program reads, and their values. */
import type { ComplianceItem, InstancePatchState } from "@aws-sdk/client-ssm";
import { CAUSES } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { COMPLIANCE_LEVELS } from "../../functions/compliance/patch.ts";
import { isoTime } from "../../functions/compliance/patch-source.ts";
import { isNodeId, patchDocument, writesAssociation } from "../../functions/work/node-reference.ts";
import { asAssumed, counts, differs, notSeen, type Observation } from "./fact.ts";
import type { Samples } from "./samples.ts";

const KNOWN_STATES = new Set([
  ...CAUSES.flatMap(({ states }) => states.map((state) => state.toLowerCase())),
  ...["installed", "installedother", "notapplicable"],
]);
const ALWAYS = CAUSES.filter(({ always }) => always).map(({ count }) => count);

async function itemsOfType({ items }: Samples, type: string): Promise<ComplianceItem[]> {
  return [...(await items()).values()].flat().filter(({ ComplianceType }) => ComplianceType === type);
}

export async function checkStates(samples: Samples): Promise<Observation> {
  const states = (await itemsOfType(samples, "Patch")).map(({ Details }) => Details?.["PatchState"]);
  if (states.length === 0) return notSeen("no Patch items");
  const isKnown = (state: string | undefined) =>
    state !== undefined && KNOWN_STATES.has(state.replaceAll("_", "").toLowerCase());
  return states.every(isKnown) ? asAssumed(counts(states)) : differs(counts(states.filter((state) => !isKnown(state))));
}

export async function checkSpelling(samples: Samples): Promise<Observation> {
  const states = (await itemsOfType(samples, "Patch")).flatMap(({ Details }) => Details?.["PatchState"] ?? []);
  if (states.length === 0) return notSeen("no Patch items");
  const upper = states.filter((state) => /^[A-Z_]+$/.test(state)).length;
  return upper === 0 ? asAssumed(`${states.length} of PascalCase`) : differs(`${upper} of UPPER_SNAKE_CASE`);
}

export async function checkItemFields(samples: Samples): Promise<Observation> {
  const items = await itemsOfType(samples, "Patch");
  if (items.length === 0) return notSeen("no Patch items");
  const missing: string[] = [];
  const levels: ReadonlySet<string> = new Set(COMPLIANCE_LEVELS);
  for (const { Id, Status, Severity, ExecutionSummary, Details } of items) {
    if (!Id) missing.push("Id");
    if (Status !== "COMPLIANT" && Status !== "NON_COMPLIANT") missing.push("Status");
    if (!levels.has(Severity ?? "")) missing.push("Severity");
    if (isoTime(ExecutionSummary?.ExecutionTime) === undefined) missing.push("ExecutionTime");
    if (Details === undefined) missing.push("Details");
  }
  if (missing.length > 0) return differs(`of ${counted(items.length, "item")} absent or unknown: ${counts(missing)}`);
  return asAssumed(`${counted(items.length, "item")} with all fields; levels: ${counts(items.map((i) => i.Severity))}`);
}

export async function checkExecutionTypes({ summaries }: Samples): Promise<Observation> {
  const patches = (await summaries()).filter(({ ComplianceType }) => ComplianceType === "Patch");
  const types = patches.map(({ ExecutionSummary }) => ExecutionSummary?.ExecutionType);
  if (types.length === 0) return notSeen("no summaries of patches");
  const known = types.every((type) => type === "Command" || type === "PatchPolicy");
  return known ? asAssumed(counts(types)) : differs(counts(types));
}

export async function checkCves(samples: Samples): Promise<Observation> {
  const lists = (await itemsOfType(samples, "Patch")).flatMap(({ Details }) => Details?.["CVEIds"] || []);
  if (lists.length === 0) return notSeen("no item has CVEIds");
  const ids = lists.flatMap((list) => list.split(","));
  const odd = ids.filter((id) => !/^\s*CVE-\d{4}-\d{4,19}\s*$/i.test(id)).length;
  if (odd > 0) return differs(`${odd} of ${counted(ids.length, "entry", "entries")} are no CVE ids between commas`);
  const unordered = lists.filter((list) => list !== list.split(",").toSorted().join(",")).length;
  return asAssumed(`${counted(lists.length, "list")}, ${unordered} of them not in order`);
}

export async function checkStateFields({ states }: Samples): Promise<Observation> {
  const found = await states();
  if (found.length === 0) return notSeen("no patch states");
  const wrong: string[] = [];
  for (const state of found) {
    if (isoTime(state.OperationEndTime) === undefined) wrong.push("OperationEndTime");
    if (isoTime(state.OperationStartTime) === undefined) wrong.push("OperationStartTime");
    if (state.Operation !== "Scan" && state.Operation !== "Install") wrong.push("Operation");
    if (!state.BaselineId) wrong.push("BaselineId");
  }
  if (wrong.length > 0) return differs(`of ${counted(found.length, "state")} absent or unknown: ${counts(wrong)}`);
  return asAssumed(`${counted(found.length, "state")}: ${counts(found.map(({ Operation }) => Operation))}`);
}

export async function checkPatchGroups({ states }: Samples): Promise<Observation> {
  const groups = (await states()).map(({ PatchGroup }) => PatchGroup);
  if (groups.length === 0) return notSeen("no patch states");
  const [blank, absent] = [groups.filter((group) => group === ""), groups.filter((group) => group === undefined)];
  const seen = `${counted(groups.length, "state")}: ${blank.length} empty, ${absent.length} absent`;
  return blank.length > 0 ? asAssumed(seen) : notSeen(seen);
}

/** Returns the time fields of a record. The SDK has made Dates of them. */
const datesOf = (record: object): [string, Date][] =>
  Object.entries(record).filter((entry): entry is [string, Date] => entry[1] instanceof Date);

export async function checkYearOne({ nodes, states }: Samples): Promise<Observation> {
  const dates = [...(await nodes()), ...(await states())].flatMap(datesOf);
  if (dates.length === 0) return notSeen("no times");
  const early = dates.filter(([, date]) => date.getTime() < 0);
  if (early.length === 0) return notSeen(`none of ${dates.length} times is before 1970`);
  const others = early.filter(([, date]) => date.getUTCFullYear() !== 1).map(([field]) => field);
  if (others.length > 0) return differs(`before 1970, and not of year 1: ${counts(others)}`);
  return asAssumed(`of year 1: ${counts(early.map(([field]) => field))}`);
}

const TEXT_FIELDS = [...ALWAYS, "OperationType", "OperationEndTime"] as const;

export async function checkDetailedText(samples: Samples): Promise<Observation> {
  const items = (await itemsOfType(samples, "Association")).filter(({ Details }) => {
    const document = patchDocument(Details?.["DocumentName"]);
    return document !== undefined && writesAssociation(document);
  });
  if (items.length === 0) return notSeen("no items of AWS-RunPatchBaselineAssociation");
  const troubles = items.flatMap(({ Details }) => detailedTextTroubles(Details?.["DetailedText"]));
  if (troubles.length === 0) return asAssumed(`${counted(items.length, "text")}: JSON of strings, with all fields`);
  return differs(`of ${counted(items.length, "text")}: ${counts(troubles)}`);
}

function detailedTextTroubles(text: string | undefined): string[] {
  if (text === undefined || text.trim() === "") return ["no_text"];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ["not_JSON"];
  }
  if (typeof value !== "object" || value === null) return ["no_object"];
  const fields = new Map(Object.entries(value));
  return [
    ...TEXT_FIELDS.filter((field) => !fields.has(field)).map((field) => `no_${field}`),
    ...([...fields.values()].some((field) => typeof field !== "string") ? ["not_all_strings"] : []),
  ];
}

export async function checkInventory({ inventory }: Samples): Promise<Observation> {
  const entries = await inventory();
  if (entries.length === 0) return notSeen("no AWS:PatchSummary inventory");
  const missing = entries.flatMap((entry) => TEXT_FIELDS.filter((field) => entry[field] === undefined));
  const times = entries.filter(({ OperationEndTime }) => isoTime(OperationEndTime) === undefined).length;
  if (missing.length > 0)
    return differs(`of ${counted(entries.length, "entry", "entries")} absent: ${counts(missing)}`);
  if (times > 0) return differs(`${times} of ${entries.length} end times cannot be read`);
  return asAssumed(`${counted(entries.length, "entry", "entries")} with all fields`);
}

const countOf = (state: InstancePatchState, field: string): number => {
  const value: unknown = Reflect.get(state, field);
  return typeof value === "number" ? value : 0;
};
const REPORTED = ["CriticalNonCompliantCount", "SecurityNonCompliantCount", "OtherNonCompliantCount"] as const;

export async function checkAgreement({ states, summaries }: Samples): Promise<Observation> {
  const patches = (await summaries()).filter(({ ComplianceType }) => ComplianceType === "Patch");
  const statusOf = new Map(patches.map(({ ResourceId, Status }) => [ResourceId, Status]));
  const both = (await states()).filter(({ InstanceId }) => statusOf.has(InstanceId));
  if (both.length === 0) return notSeen("no node with a patch state and a summary");
  const differing = both.filter((state) => {
    const isNoncompliant = [...ALWAYS, ...REPORTED].some((field) => countOf(state, field) > 0);
    return isNoncompliant !== (statusOf.get(state.InstanceId) === "NON_COMPLIANT");
  });
  const seen = `${counted(both.length, "node")}, ${differing.length} with a difference`;
  return differing.length === 0 ? asAssumed(seen) : differs(seen);
}

export async function checkNodes({ nodes }: Samples): Promise<Observation> {
  const found = await nodes();
  if (found.length === 0) return notSeen("no managed nodes");
  const odd = found.filter(({ InstanceId }) => !isNodeId(InstanceId)).length;
  if (odd > 0) return differs(`${counted(found.length, "node")}, ${odd} with an id of another form`);
  return asAssumed(`${counted(found.length, "node")}: ${counts(found.map(({ ResourceType }) => ResourceType))}`);
}

export async function checkRegistration({ nodes }: Samples): Promise<Observation> {
  const found = await nodes();
  if (found.length === 0) return notSeen("no managed nodes");
  const without = found.filter(({ RegistrationDate }) => isoTime(RegistrationDate) === undefined).length;
  const seen = `${counted(found.length, "node")}, ${found.length - without} with a date`;
  return without === 0 ? asAssumed(seen) : differs(seen);
}
