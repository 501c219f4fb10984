/** The protocols of the AWS SDK for the services here: AWS JSON 1.0 and 1.1, REST-JSON, and query. */
import { decodeQuery, errorXml, resultXml } from "./query-protocol.ts";
import { restCall } from "./rest-routes.ts";
import type { ServiceError } from "./stand-in.ts";

/** A complete HTTP request. */
export interface WireRequest {
  readonly method: string;
  /** Path and query string. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A decoded request. */
export interface DecodedCall {
  readonly protocol: "json" | "rest-json" | "query";
  readonly contentType: string;
  /** IAM's prefix of the service: ssm, sqs, states, kms, securityhub, lambda, ec2, sts, tag. */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** The credential of a Signature Version 4 signature. */
interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
}

/** An HTTP response. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TARGETS: ReadonlyMap<string, string> = new Map([
  ["AmazonSSM", "ssm"],
  ["AmazonSQS", "sqs"],
  ["AWSStepFunctions", "states"],
  ["TrentService", "kms"],
  ["ResourceGroupsTaggingAPI_20170126", "tag"],
]);

/**
 * Decodes a request.
 * @throws {Error} a target, a path or a body that no service has
 */
export function decode(request: WireRequest): DecodedCall {
  const contentType = headerOf(request, "content-type") ?? "application/json";
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return { protocol: "query", contentType: "text/xml;charset=UTF-8", ...decodeQuery(request.body) };
  }
  const target = headerOf(request, "x-amz-target");
  if (target !== undefined) {
    const [prefix = "", operation = ""] = target.split(".");
    const service = JSON_TARGETS.get(prefix);
    if (service === undefined) throw new Error(`no local service answers x-amz-target ${JSON.stringify(target)}`);
    return { protocol: "json", contentType, service, operation, input: parseBody(request.body) };
  }
  const { pathname, searchParams } = new URL(request.url, "http://127.0.0.1");
  const rest = restCall(request.method, pathname);
  if (rest === undefined) throw new Error(`no local service answers ${request.method} ${pathname}`);
  const { service, operation, label } = rest;
  const input = { ...Object.fromEntries(searchParams), ...label, ...parseBody(request.body) };
  return { protocol: "rest-json", contentType, service, operation, input };
}

/** Returns the credential in the Authorization header, or undefined if it is missing or malformed. */
export function credentialOf(request: WireRequest): Credential | undefined {
  const scope = / Credential=([^/,\s]{1,128})\/\d{8}\/([a-z0-9-]{1,32})\//.exec(
    headerOf(request, "authorization") ?? "",
  );
  const [, accessKeyId, region] = scope ?? [];
  return accessKeyId === undefined || region === undefined ? undefined : { accessKeyId, region };
}

export function encodeResult(call: DecodedCall, result: unknown): WireResponse {
  if (call.protocol === "query") {
    return { status: 200, headers: { "content-type": call.contentType }, body: resultXml(call, result) };
  }
  return { status: 200, headers: { "content-type": call.contentType }, body: JSON.stringify(result ?? {}) };
}

/**
 * Encodes an error as its service does: the code is in the header in every protocol, and in the body if the protocol
 * has it there.
 */
export function encodeError(
  call: Pick<DecodedCall, "protocol" | "contentType" | "service">,
  error: ServiceError,
): WireResponse {
  const headers: Record<string, string> = { "content-type": call.contentType, "x-amzn-errortype": error.code };
  if (call.protocol === "query") return { status: error.status, headers, body: errorXml(call.service, error) };
  if (call.protocol === "rest-json") {
    return { status: error.status, headers, body: JSON.stringify({ Message: error.message, Code: error.code }) };
  }
  return { status: error.status, headers, body: JSON.stringify({ __type: error.code, message: error.message }) };
}

function parseBody(body: string): Record<string, unknown> {
  if (body === "") return {};
  const value: unknown = JSON.parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("the body of the request is JSON, but not an object");
  }
  return Object.fromEntries(Object.entries(value));
}

function headerOf(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}
