/**
 * Replaces the sockets between the functions and the gateway by streams in memory. The operating system decides in which
 * order sockets become readable. Streams in memory keep the order of the writes, so a run repeats exactly.
 */
import { Agent, type AgentOptions } from "node:http";
import { duplexPair, type Duplex } from "node:stream";
import type { Gateway } from "../../local/gateway/gateway.ts";

type CreateConnection = (options: { readonly port?: number | string | null }, ...rest: unknown[]) => Duplex;

/** Methods of a socket that the SDK's client and the agent call. */
const SOCKET_METHODS = ["setKeepAlive", "setNoDelay", "setTimeout", "ref", "unref"] as const;

/** Makes all connections of this process to the gateway run in memory, until the returned function is called. */
export function connectInMemory(gateway: Gateway): () => void {
  const agents = Agent.prototype as unknown as { createConnection: CreateConnection };
  const { createConnection: original } = agents;
  agents.createConnection = function connect(this: AgentOptions, options, ...rest) {
    if (Number(options.port) !== gateway.port) return Reflect.apply(original, this, [options, ...rest]);
    const [client, server] = duplexPair();
    gateway.accept(asSocket(server));
    return asSocket(client);
  };
  return () => (agents.createConnection = original);
}

function asSocket(stream: Duplex): Duplex {
  for (const method of SOCKET_METHODS) Object.defineProperty(stream, method, { value: () => stream });
  return stream;
}
