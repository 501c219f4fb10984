/** The HTTP endpoint of the local cloud, on loopback only. The SDK clients of the functions call it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Admission, ApiCall } from "./admission.ts";
import { holdRequest } from "../run/clock.ts";
import type { Fault } from "./faults.ts";
import { pause } from "./pacing.ts";
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

/** The backends of the gateway. */
interface GatewayRoutes {
  readonly admission: Admission;
  readonly account: string;
  identify(accessKeyId: string): Identity | undefined;
  /** Returns the stand-in of a service in a Region, or undefined if there is none. */
  standIn(service: string, region: string): StandIn | undefined;
}

/** Time after which an unanswered connection is closed. Longer than any client here waits. */
const CLOSE_UNANSWERED_MS = 60_000;
/** With Node's default of 5 s, connections reset that the SDK keeps for its next call. */
const KEEP_ALIVE_MS = 120_000;
const MAX_BODY_BYTES = 12 * 1024 * 1024;
/** Faults that send no response. */
type NoResponse = "timeout" | "reset";

/** Listens before it has routes, because its port is part of the queue URLs in the captured program. */
export class Gateway {
  readonly #server: Server;
  readonly #unanswered = new Set<NodeJS.Timeout>();
  readonly #defects: Error[] = [];
  #routes: GatewayRoutes | undefined;

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#handle(request, response);
    });
  }

  /** Creates a gateway that listens on a free port of 127.0.0.1. */
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

  /** Returns the URL of a queue. A function without `this`, for the captured program. */
  readonly queueUrl = (account: string, _region: string, name: string): string => `${this.url}/${account}/${name}`;

  /** Errors that no service would return: defects of a stand-in, or calls that no stand-in supports. */
  get defects(): readonly Error[] {
    return this.#defects;
  }

  /** Serves a connection that is not a socket of its port. */
  accept(connection: Duplex): void {
    this.#server.emit("connection", connection);
  }

  /** Starts answering requests. */
  serve(routes: GatewayRoutes): void {
    this.#routes = routes;
  }

  async close(): Promise<void> {
    for (const timer of this.#unanswered) clearTimeout(timer);
    this.#unanswered.clear();
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error === undefined ? resolve() : reject(error)));
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: WireResponse | NoResponse;
    try {
      const { method = "GET", url = "/", headers } = request;
      answer = await this.#answer({ method, url, headers, body: await readBody(request) });
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The client disconnected.
      answer = this.#defect(error);
    }
    if (answer === "reset") {
      request.socket.destroy();
    } else if (answer === "timeout") {
      this.#leaveUnanswered(request);
    } else {
      // Node.js would send the real time. The SDK compares it with the program's time, and retries if the clocks differ.
      response.sendDate = false;
      response.writeHead(answer.status, { ...answer.headers, date: new Date().toUTCString() }).end(answer.body);
    }
  }

  async #answer(request: WireRequest): Promise<WireResponse | NoResponse> {
    const routes = this.#routes;
    if (routes === undefined) throw new Error("received a request before the local cloud was ready");
    const decoded = decode(request);
    const fault = routes.admission.receive(decoded.service, decoded.operation);
    if (fault?.kind === "timeout" || fault?.kind === "reset") return fault.kind;
    const { latencyMs, refusal } = routes.admission.pace(decoded.service, decoded.operation, fault);
    const answer =
      refusal === undefined ? await answerNow(request, decoded, fault, routes) : encodeError(decoded, refusal);
    await heldFor(latencyMs);
    return answer;
  }

  /**
   * Records a defect. The program must not mistake it for an error of the service, so it is reported at the end of the
   * run.
   */
  #defect(error: unknown): WireResponse {
    const defect = error instanceof Error ? error : new Error(String(error));
    this.#defects.push(defect);
    const wire = new ServiceError("LocalCloudDefect", defect.message, 500);
    return encodeError({ protocol: "json", contentType: "application/x-amz-json-1.0", service: "" }, wire);
  }

  #leaveUnanswered(request: IncomingMessage): void {
    request.socket.once("close", holdRequest());
    const timer = setTimeout(() => {
      this.#unanswered.delete(timer);
      request.socket.destroy();
    }, CLOSE_UNANSWERED_MS).unref();
    this.#unanswered.add(timer);
  }
}

/** Answers a call with its stand-in, or as the fault plan says. */
async function answerNow(
  request: WireRequest,
  decoded: DecodedCall,
  fault: Fault | undefined,
  routes: GatewayRoutes,
): Promise<WireResponse> {
  try {
    if (fault?.kind === "error") throw new ServiceError(fault.code, `${fault.code} by the fault plan`, fault.status);
    const call = toApiCall(request, decoded, routes);
    routes.admission.authorize(call);
    const standIn = routes.standIn(call.service, call.caller.region);
    if (standIn === undefined) throw new Error(`no stand-in for ${call.service} in ${call.caller.region}`);
    return encodeResult(decoded, await resultOf(call, standIn, fault));
  } catch (error) {
    if (error instanceof ServiceError) return encodeError(decoded, error);
    throw error;
  }
}

/** Delays an answer. The program's time continues meanwhile. */
async function heldFor(milliseconds: number): Promise<void> {
  if (milliseconds === 0) return;
  const release = holdRequest();
  await pause(milliseconds);
  release();
}

async function resultOf(call: ApiCall, standIn: StandIn, fault: Fault | undefined): Promise<unknown> {
  if (fault !== undefined) return answerPartly(call, standIn, fault.code);
  return standIn.call(call.operation, call.input, call.caller);
}

function toApiCall(request: WireRequest, decoded: DecodedCall, routes: GatewayRoutes): ApiCall {
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
