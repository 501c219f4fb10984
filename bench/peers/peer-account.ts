/** An account for the peers, on 127.0.0.1: the stand-ins of the local run, and what only the peers ask for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { Admission } from "../../local/gateway/admission.ts";
import { FaultPlan, type FaultRule } from "../../local/gateway/faults.ts";
import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";
import {
  credentialOf,
  decode,
  encodeError,
  encodeResult,
  type DecodedCall,
  type WireRequest,
  type WireResponse,
} from "../../local/gateway/wire.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import { answerOrganizations } from "./organizations.ts";
import { PartnerProduct, type Product } from "./partner-product.ts";
import { PeerEc2, PeerTokens, type InstanceTags } from "./peer-ec2.ts";
import { PeerSystemsManager } from "./peer-systems-manager.ts";

const KEEP_ALIVE_MS = 120_000;

/** Its Security Hub findings and its tags last until it is closed. Fleet, faults and counters change with each run. */
export class PeerAccount {
  readonly #server: Server;
  readonly #hub: SecurityHub;
  readonly #product: Product;
  readonly #tags: InstanceTags = new Map();
  readonly #strays: string[] = [];
  #fleet: Fleet;
  #admission = new Admission({ missing: () => undefined });
  #services: ReadonlyMap<string, StandIn> = new Map();

  private constructor(fleet: Fleet, product: Product) {
    const { account, region } = fleet;
    this.#fleet = fleet;
    this.#product = product;
    this.#hub = new SecurityHub({ account, region, now: () => new Date(), findings: [] });
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#handle(request, response);
    });
    // The peers have this server as their proxy. A request for another host arrives here, and is refused.
    this.#server.on("connect", (request, socket) => {
      this.#strays.push(`CONNECT ${request.url ?? ""}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(fleet: Fleet, product: Product): Promise<PeerAccount> {
    const account = new PeerAccount(fleet, product);
    await new Promise<void>((resolve, reject) => {
      account.#server.once("error", reject);
      account.#server.listen(0, "127.0.0.1", resolve);
    });
    return account;
  }

  /** Begins a run: this fleet, these faults, and no calls yet. */
  begin(fleet: Fleet, faults: readonly FaultRule[]): void {
    this.#fleet = fleet;
    this.#admission = new Admission({ missing: () => undefined }, new FaultPlan(faults, () => Date.now()));
    this.#services = new Map<string, StandIn>([
      ["ssm", new PeerSystemsManager(fleet)],
      ["securityhub", new PartnerProduct(this.#hub, this.#product)],
      ["ec2", new PeerEc2(fleet, this.#tags)],
      ["sts", new PeerTokens()],
    ]);
  }

  /** The number of calls by operation since the run began. */
  get apiCalls(): Readonly<Record<string, number>> {
    return this.#admission.apiCalls;
  }

  get findings(): readonly object[] {
    return this.#hub.findings();
  }

  /** Requests for other hosts, and requests that nothing here answers. */
  get strays(): readonly string[] {
    return this.#strays;
  }

  /** Variables for a peer. Requests for other hosts go to a proxy, which is this server. */
  get environment(): Readonly<Record<string, string>> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
    return {
      PATH: process.env["PATH"] ?? "",
      AWS_ENDPOINT_URL: url,
      AWS_REGION: this.#fleet.region,
      AWS_DEFAULT_REGION: this.#fleet.region,
      AWS_ACCESS_KEY_ID: "AKIAPEER000000000000",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      NO_PROXY: "127.0.0.1",
      no_proxy: "127.0.0.1",
      ...Object.fromEntries(proxies.map((name) => [name, url])),
    };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "GET", url = "/", headers } = request;
    const answer = await this.#answer({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
  }

  async #answer(request: WireRequest): Promise<WireResponse> {
    if (!request.url.startsWith("/")) return this.#refuse(`${request.method} ${request.url}`);
    const organizations = answerOrganizations(request, this.#fleet);
    if (organizations !== undefined) {
      this.#admission.receive("organizations", organizations.operation);
      return organizations.response;
    }
    let call: DecodedCall;
    try {
      call = decode(request);
    } catch (error) {
      return this.#refuse(`${request.method} ${request.url}: ${String(error)}`);
    }
    try {
      return encodeResult(call, await this.#resultOf(call, request));
    } catch (error) {
      if (error instanceof ServiceError) return encodeError(call, error);
      this.#strays.push(`${call.service}:${call.operation}: ${String(error)}`);
      return encodeError(call, new ServiceError("InternalFailure", String(error), 500));
    }
  }

  #refuse(stray: string): WireResponse {
    this.#strays.push(stray);
    return { status: 403, headers: {}, body: JSON.stringify({ __type: "AccessDeniedException" }) };
  }

  #resultOf(call: DecodedCall, request: WireRequest): unknown {
    const { service, operation, input } = call;
    const fault = this.#admission.receive(service, operation);
    if (fault !== undefined) throw new ServiceError(fault.code, `${fault.code} by the fault plan`, fault.status);
    const standIn = this.#services.get(service);
    const region = credentialOf(request)?.region;
    // The Security Token Service also has one endpoint for all Regions.
    if (standIn === undefined || (service !== "sts" && region !== this.#fleet.region)) {
      throw new ServiceError("AccessDeniedException", `nothing answers ${service} in ${String(region)}`, 403);
    }
    const { account } = this.#fleet;
    const roleArn = `arn:aws:iam::${account}:user/peer`;
    return standIn.call(operation, input, { roleArn, account, region: this.#fleet.region });
  }
}
