/** Reads the file beside a function's bundle. */
import { namedTags, POLICY_BOUNDS, type Policies } from "./policies.ts";
import { SEVERITY_RULE_CONDITIONS } from "./severity-rules.ts";
import { SEVERITY_LABELS } from "./severity.ts";

/** Throws an Error that says what is allowed. @param at where the value is, such as `exceptions.0.until` */
type Check = (value: unknown, at: string) => void;

const { days, text: longest, list: most, exceptions, deadlineRules, severityRules, bytes, tagKeys } = POLICY_BOUNDS;

/**
 * Reads the policies that were deployed with a function.
 *
 * @throws {Error} saying where the text is wrong, and what is allowed there
 * @example
 * const { exceptions } = parsePolicies(readFileSync("policies.json", "utf8"));
 */
export function parsePolicies(text: string): Policies {
  if (text.length > bytes) refuse("the file", `at most ${bytes} bytes`);
  const value = jsonOf(text);
  checkPolicies(value, "");
  const policies = value as Policies;
  const keys = new Set(namedTags(policies).map(([key]) => key));
  if (keys.size > tagKeys) refuse("", `policies with at most ${tagKeys} different tag keys`);
  return policies;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("the file must be JSON", { cause });
  }
}

function refuse(at: string, allowed: string): never {
  throw new Error(`${at === "" ? "the top level" : at} must be ${allowed}`);
}

const words: Check = listOf(text(longest), most, "texts");
/** AWS allows empty tag values. */
const tagValues: Check = listOf(text(longest, 0), most, "texts");
const tags: Check = mappingOf(tagValues, most, "a mapping of tag keys to lists of values");
const nodes: Check = fields({ ids: words, tags, patchGroups: words, platforms: words }, []);
const wholeDays: Check = (value, at) => {
  const isWhole = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= days;
  if (!isWhole) refuse(at, `a whole number of days from 1 to ${days}`);
};
const daysOrNone: Check = (value, at) => value === null || wholeDays(value, at);
const severity = oneOf(SEVERITY_LABELS);

const severityRule = fields(
  { ...Object.fromEntries(SEVERITY_RULE_CONDITIONS.map((name) => [name, words])), tags, severity },
  ["severity"],
);
const deadlineRule = fields({ nodes, days: bySeverity(daysOrNone) }, ["nodes", "days"]);
const exception = fields(
  {
    patches: fields({ ids: words, cves: words, names: words }, []),
    nodes,
    owner: text(longest),
    reason: text(longest),
    ticket: text(longest),
    until: time,
  },
  ["owner", "reason", "until"],
);

const checkPolicies: Check = fields(
  {
    severityRules: listOf(severityRule, severityRules, "severity rules"),
    patchWithinDays: bySeverity(wholeDays),
    deadlineRules: listOf(deadlineRule, deadlineRules, "deadline rules"),
    overdueRaisesSeverity: (value, at) => typeof value === "boolean" || refuse(at, "true or false"),
    exceptions: listOf(exception, exceptions, "exceptions"),
  },
  ["severityRules", "patchWithinDays", "deadlineRules", "overdueRaisesSeverity", "exceptions"],
);

function text(longestText: number, shortest = 1): Check {
  return (value, at) => {
    if (typeof value !== "string" || value.length < shortest || Array.from(value).length > longestText) {
      refuse(at, `text of ${shortest} to ${longestText} characters`);
    }
  };
}

function oneOf(allowed: readonly string[]): Check {
  return (value, at) => {
    if (!allowed.some((word) => word === value)) refuse(at, `one of ${allowed.join(", ")}`);
  };
}

function time(value: unknown, at: string): void {
  const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !isNaN(Date.parse(value));
  if (!isTime) refuse(at, "a time in ISO 8601, in UTC");
}

function listOf(check: Check, longestList: number, what: string): Check {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > longestList) refuse(at, `a list of at most ${longestList} ${what}`);
    for (const [index, entry] of value.entries()) check(entry, inside(at, String(index)));
  };
}

function mappingOf(check: Check, largest: number, what: string): Check {
  return (value, at) => {
    const entries = entriesOf(value);
    if (entries === undefined || entries.length > largest) refuse(at, what);
    for (const [key, inner] of entries) check(inner, inside(at, key));
  };
}

function bySeverity(check: Check): Check {
  return fields(Object.fromEntries(SEVERITY_LABELS.map((label) => [label, check])), []);
}

/** Accepts an object that has the required fields, and no field that is not known. */
function fields(known: Readonly<Record<string, Check>>, required: readonly string[]): Check {
  const names = Object.keys(known);
  const what = required.length === 0 ? `any of ${names.join(", ")}` : required.join(", ");
  return (value, at) => {
    const entries = entriesOf(value);
    const given = new Set(entries?.map(([name]) => name));
    if (entries === undefined || !required.every((name) => given.has(name))) refuse(at, `an object with ${what}`);
    for (const [name, inner] of entries) {
      const check = names.includes(name) ? known[name] : undefined;
      if (check === undefined) refuse(inside(at, name), `absent: ${names.join(", ")} are known`);
      check(inner, inside(at, name));
    }
  };
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
}

function inside(at: string, key: string): string {
  return [...(at === "" ? [] : [at]), JSON.stringify(key.slice(0, 100)).slice(1, -1)].join(".");
}
