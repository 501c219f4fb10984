/**
 * AWS's query protocol, in its EC2 variant and the common one. Requests are forms with numbered keys, responses are
 * XML.
 */
import type { ServiceError } from "./stand-in.ts";

const STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
const EC2_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
/** A form does not name its service, but the version of the API identifies it. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ["2016-11-15", "ec2"],
  ["2011-06-15", "sts"],
]);

/** A decoded form. */
interface QueryCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/**
 * Decodes a form such as `Filter.1.Name=...&Filter.1.Value.1=...&InstanceId.1=...`. Each list gets its own name.
 * @throws {Error} a form without an action, or for an unknown API
 */
export function decodeQuery(body: string): QueryCall {
  const form = new URLSearchParams(body);
  const operation = form.get("Action");
  if (operation === null) throw new Error("a form without Action; the query protocol needs one");
  const version = form.get("Version") ?? "";
  const service = SERVICES.get(version);
  if (service === undefined)
    throw new Error(`no local service has the query API of version ${JSON.stringify(version)}`);
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
  const lists = service === "ec2" ? { Filters: [...filters.values()], InstanceIds: instanceIds } : {};
  return { service, operation, input: { ...input, ...lists } };
}

/** Encodes a response as XML, with lists as EC2 writes them. */
export function resultXml({ service, operation }: Pick<QueryCall, "service" | "operation">, result: unknown): string {
  if (service === "ec2") return document(`${operation}Response`, EC2_NAMESPACE, xml(result));
  const body = xml({ [`${operation}Result`]: result, ResponseMetadata: { RequestId: "local" } });
  return document(`${operation}Response`, STS_NAMESPACE, body);
}

export function errorXml(service: string, { code, message }: ServiceError): string {
  const told = { Code: code, Message: message };
  if (service === "ec2") return document("Response", undefined, xml({ Errors: { Error: told }, RequestID: "local" }));
  return document("ErrorResponse", STS_NAMESPACE, xml({ Error: { Type: "Sender", ...told }, RequestId: "local" }));
}

function document(root: string, namespace: string | undefined, body: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${body}</${root}>`;
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
