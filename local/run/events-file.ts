import { InputError, shown } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";

/** Fields that PutEvents requires, and that every event of an AWS service has. */
const REQUIRED = { source: "string", "detail-type": "string", detail: "object" } as const;

/**
 * Reads a JSON array of EventBridge events.
 * @throws {InputError} naming the entry by its index, the value found and the field that is missing
 */
export async function readEventsFile(path: string): Promise<object[]> {
  const events = await readJsonFile(path);
  if (!Array.isArray(events)) throw notEvents(path, shown(events));
  return events.map((event: unknown, index) => {
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      throw notEvents(path, `/${index}: ${shown(event)}`);
    }
    const problem = problemOf(event as Readonly<Record<string, unknown>>);
    if (problem !== undefined) throw notEvents(path, `/${index} is ${shown(event)}; it ${problem}`);
    return event;
  });
}

function problemOf(event: Readonly<Record<string, unknown>>): string | undefined {
  const lacking = Object.keys(REQUIRED).filter((key) => event[key] === undefined);
  if (lacking.length > 0) return `lacks ${lacking.join(", ")}`;
  const [key] = Object.entries(REQUIRED).find(([name, type]) => typeOf(event[name]) !== type) ?? [];
  return key === undefined ? undefined : `has a ${key} that is ${shown(event[key])}`;
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? "list" : typeof value);

function notEvents(path: string, found: string): InputError {
  return new InputError(
    `${path}: ${found}; allowed: a JSON array of EventBridge events, each with source, detail-type and detail`,
  );
}
