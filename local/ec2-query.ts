/** EC2's query protocol: requests are forms with numbered keys, answers are XML. */
import type { ServiceError } from "./stand-in.ts";

const NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

/**
 * `Filter.1.Name=...&Filter.1.Value.1=...&InstanceId.1=...` as the operation's input: each list under its own name.
 * @throws {Error} a form without an action
 */
export function decodeQuery(body: string): { operation: string; input: Record<string, unknown> } {
  const form = new URLSearchParams(body);
  const operation = form.get("Action");
  if (operation === null) throw new Error("a form without Action; EC2's query protocol needs one");
  const filters = new Map<string, { Name: string; Values: string[] }>();
  const instanceIds: string[] = [];
  const input: Record<string, unknown> = {};
  for (const [key, value] of form) {
    const [, index, part] = /^Filter\.(\d{1,4})\.(Name|Value)(?:\.\d{1,4})?$/.exec(key) ?? [];
    if (index !== undefined) {
      const filter = filters.get(index) ?? { Name: "", Values: [] };
      filters.set(
        index,
        part === "Name" ? { ...filter, Name: value } : { ...filter, Values: [...filter.Values, value] },
      );
    } else if (/^InstanceId\.\d{1,4}$/.test(key)) instanceIds.push(value);
    else if (key !== "Action" && key !== "Version") input[key] = value;
  }
  return { operation, input: { ...input, Filters: [...filters.values()], InstanceIds: instanceIds } };
}

/** An answer's members as XML; lists as EC2 writes them, of `item`s. */
export function resultXml(operation: string, result: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="${NAMESPACE}">${xml(result)}</${operation}Response>`;
}

export function errorXml({ code, message }: ServiceError): string {
  const error = xml({ Errors: { Error: { Code: code, Message: message } }, RequestID: "local" });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${error}</Response>`;
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<item>${xml(item)}</item>`).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .flatMap(([key, inner]) => (inner === undefined ? [] : [`<${key}>${xml(inner)}</${key}>`]))
      .join("");
  }
  return escaped(String(value));
}

function escaped(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}
