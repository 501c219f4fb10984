/** The one HTTP door of the local cloud, on loopback only: what the SDK clients of the functions talk to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Admission, ApiCall } from "./admission.ts";
import { holdRequest } from "../run/clock.ts";
import type { Fault } from "./faults.ts";
import { answerPartly } from "./partial-answer.ts";
import type { Identity } from "../services/iam/roles.ts";
import { ServiceError, type StandIn } from "./stand-in.ts";
import {
  credentialOf,
  decode,
  encodeError,
  encodeResult,
  type DecodedCall,
  type WireRequest,
  type WireResponse,
} from "./wire.ts";

/** What stands behind the door. */
interface GatewayRoutes {
  readonly admission: Admission;
  readonly account: string;
  identify(accessKeyId: string): Identity | undefined;
  /** The stand-in of a service in a Region; undefined where there is none. */
  standIn(service: string, region: string): StandIn | undefined;
}

/** Longer than any client here waits; then the socket is closed without an answer. */
const SILENCE_MS = 60_000;
/** Node's default of 5 s resets connections that the SDK keeps for its next call. */
const KEEP_ALIVE_MS = 120_000;
const MAX_BODY_BYTES = 12 * 1024 * 1024;
/** What a fault of kind `timeout` or `reset` leaves to write: nothing. */
type NoAnswer = "timeout" | "reset";

/** Listens first (its port stands in the queue URLs of the captured program), and gets its routes later. */
export class Gateway {
  readonly #server: Server;
  readonly #silent = new Set<NodeJS.Timeout>();
  readonly #defects: Error[] = [];
  #routes: GatewayRoutes | undefined;

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#handle(request, response);
    });
  }

  /** Binds a free port of 127.0.0.1. */
  static async listen(): Promise<Gateway> {
    const gateway = new Gateway();
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once("error", reject);
      gateway.#server.listen(0, "127.0.0.1", resolve);
    });
    return gateway;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Errors that no service would answer with: mistakes of a stand-in, or calls that no stand-in knows. */
  get defects(): readonly Error[] {
    return this.#defects;
  }

  /** From now on requests are answered. */
  serve(routes: GatewayRoutes): void {
    this.#routes = routes;
  }

  async close(): Promise<void> {
    for (const timer of this.#silent) clearTimeout(timer);
    this.#silent.clear();
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error === undefined ? resolve() : reject(error)));
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: WireResponse | NoAnswer;
    try {
      const { method = "GET", url = "/", headers } = request;
      answer = await this.#answer({ method, url, headers, body: await readBody(request) });
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client went away in the middle of its request
      answer = this.#defect(error);
    }
    if (answer === "reset") {
      request.socket.destroy();
    } else if (answer === "timeout") {
      this.#keepSilent(request);
    } else {
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    }
  }

  async #answer(request: WireRequest): Promise<WireResponse | NoAnswer> {
    const routes = this.#routes;
    if (routes === undefined) throw new Error("a request came in before the local cloud was ready");
    const decoded = decode(request);
    const fault = routes.admission.receive(decoded.service, decoded.operation);
    if (fault?.kind === "timeout" || fault?.kind === "reset") return fault.kind;
    try {
      if (fault?.kind === "error") throw new ServiceError(fault.code, `${fault.code} by the fault plan`, fault.status);
      const call = identified(request, decoded, routes);
      routes.admission.authorize(call);
      const standIn = routes.standIn(call.service, call.caller.region);
      if (standIn === undefined) throw new Error(`no stand-in for ${call.service} in ${call.caller.region}`);
      return encodeResult(decoded, await resultOf(call, standIn, fault));
    } catch (error) {
      if (error instanceof ServiceError) return encodeError(decoded, error);
      throw error;
    }
  }

  /** A mistake of ours must not look like a service's answer that the program may handle: it is kept for the run's end. */
  #defect(error: unknown): WireResponse {
    const defect = error instanceof Error ? error : new Error(String(error));
    this.#defects.push(defect);
    const wire = new ServiceError("LocalCloudDefect", defect.message, 500);
    return encodeError({ protocol: "json", contentType: "application/x-amz-json-1.0", service: "" }, wire);
  }

  #keepSilent(request: IncomingMessage): void {
    request.socket.once("close", holdRequest());
    const timer = setTimeout(() => {
      this.#silent.delete(timer);
      request.socket.destroy();
    }, SILENCE_MS).unref();
    this.#silent.add(timer);
  }
}

/** A stand-in waits for timers only, as long polls do, so time goes on meanwhile. */
async function resultOf(call: ApiCall, standIn: StandIn, fault: Fault | undefined): Promise<unknown> {
  const release = holdRequest();
  try {
    if (fault !== undefined) return await answerPartly(call, standIn, fault.code);
    return await standIn.call(call.operation, call.input, call.caller);
  } finally {
    release();
  }
}

function identified(request: WireRequest, decoded: DecodedCall, routes: GatewayRoutes): ApiCall {
  const credential = credentialOf(request);
  const identity = credential && routes.identify(credential.accessKeyId);
  if (credential === undefined || identity === undefined) {
    const status = decoded.protocol === "json" ? 400 : 403;
    const code = decoded.service === "sts" ? "InvalidClientTokenId" : "UnrecognizedClientException";
    throw new ServiceError(code, "The security token included in the request is invalid.", status);
  }
  return {
    service: decoded.service,
    operation: decoded.operation,
    input: decoded.input,
    caller: { roleArn: identity.roleArn, account: routes.account, region: credential.region },
    ...(identity.functionName === undefined ? {} : { functionName: identity.functionName }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`a request is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
