/** A few JSON-schema-like rules that speak as Security Hub's own validation does ("data.Title should NOT be longer than ..."). */

/** Adds to `problems` what is wrong with the value at `path`. */
export type Rule = (value: unknown, path: string, problems: string[]) => void;

/** Every string of a finding needs at least one character that is no blank (AWS type NonEmptyString). */
const NOT_BLANK = String.raw`should match pattern ".*\S.*"`;
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** All problems of a value, none if it fits. */
export function problemsOf(rule: Rule, value: unknown, path = "data"): string[] {
  const problems: string[] = [];
  rule(value, path, problems);
  return problems;
}

/** @param max in characters (code points), as a JSON schema counts them */
export function text(max: number, min = 1): Rule {
  return (value, path, problems) => {
    if (typeof value !== "string") return void problems.push(`${path} should be string`);
    if (value.trim() === "") problems.push(`${path} ${NOT_BLANK}`);
    const { length } = Array.from(value);
    if (length > max) problems.push(`${path} should NOT be longer than ${max} characters`);
    if (length < min) problems.push(`${path} should NOT be shorter than ${min} characters`);
  };
}

/** @param pattern must be written so that it takes linear time */
export function pattern(pattern: RegExp, max: number): Rule {
  const isText = text(max);
  return (value, path, problems) => {
    isText(value, path, problems);
    if (typeof value === "string" && !pattern.test(value)) {
      problems.push(`${path} should match pattern "${pattern.source.replaceAll("\\/", "/")}"`);
    }
  };
}

export function oneOf(...allowed: string[]): Rule {
  return (value, path, problems) => {
    if (typeof value !== "string" || !allowed.includes(value)) {
      problems.push(`${path} should be equal to one of the allowed values`);
    }
  };
}

export function number(min: number, max: number, integer = true): Rule {
  return (value, path, problems) => {
    if (typeof value !== "number" || (integer && !Number.isInteger(value))) {
      return void problems.push(`${path} should be ${integer ? "integer" : "number"}`);
    }
    if (value < min) problems.push(`${path} should be >= ${min}`);
    if (value > max) problems.push(`${path} should be <= ${max}`);
  };
}

export const flag: Rule = (value, path, problems) => {
  if (typeof value !== "boolean") problems.push(`${path} should be boolean`);
};

/** RFC 3339 with `Z` or an offset, up to nine digits of a second's fraction. */
export const time: Rule = (value, path, problems) => {
  if (typeof value !== "string" || !isTime(value)) problems.push(`${path} should match format "date-time"`);
};

function isTime(value: string): boolean {
  const [, year, month, day] = TIME.exec(value) ?? [];
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
}

export const url: Rule = (value, path, problems) => {
  if (typeof value !== "string" || !URL.canParse(value)) problems.push(`${path} should match format "uri"`);
};

export function list(item: Rule, max = Infinity, min = 0): Rule {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return void problems.push(`${path} should be array`);
    if (value.length < min) problems.push(`${path} should NOT have fewer than ${min} items`);
    if (value.length > max) problems.push(`${path} should NOT have more than ${max} items`);
    value.forEach((each: unknown, index) => item(each, `${path}[${index}]`, problems));
  };
}

/** Pairs of strings; lengths in characters. */
export function pairs(maxPairs: number, keyLength: number, valueLength: number): Rule {
  const [key, value] = [text(keyLength), text(valueLength)];
  return (map, path, problems) => {
    if (!isObject(map)) return void problems.push(`${path} should be object`);
    const entries = Object.entries(map);
    if (entries.length > maxPairs) problems.push(`${path} should NOT have more than ${maxPairs} properties`);
    for (const [name, content] of entries) {
      key(name, `${path} property name '${name}'`, problems);
      value(content, `${path}['${name}']`, problems);
    }
  };
}

/** An object with these fields and no others. */
export function record(fields: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  const rules = new Map(Object.entries(fields));
  return (value, path, problems) => {
    if (!isObject(value)) return void problems.push(`${path} should be object`);
    for (const name of required) {
      if (!Object.hasOwn(value, name)) problems.push(`${path} should have required property '${name}'`);
    }
    for (const [name, content] of Object.entries(value)) {
      const rule = rules.get(name);
      if (rule === undefined) problems.push(`${path} should NOT have additional properties: '${name}'`);
      else rule(content, `${path}.${name}`, problems);
    }
  };
}

/** All rules together. */
export function both(...rules: Rule[]): Rule {
  return (value, path, problems) => {
    for (const rule of rules) rule(value, path, problems);
  };
}

/** A part that this program never writes: nothing is checked but that no string in it is blank. */
export const opaque: Rule = (value, path, problems) => {
  if (typeof value === "string") {
    if (value.trim() === "") problems.push(`${path} ${NOT_BLANK}`);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => opaque(item, `${path}[${index}]`, problems));
  } else if (isObject(value)) {
    for (const [name, content] of Object.entries(value)) opaque(content, `${path}.${name}`, problems);
  }
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
