/** Calls that only Prowler makes, to services that the local run does not have. */
import type { Fleet } from "../../local/fleet/fleet.ts";
import type { WireRequest, WireResponse } from "../../local/gateway/wire.ts";

interface Aside {
  readonly service: string;
  readonly operation: string;
  readonly response: WireResponse;
}

/** Returns the answer to such a call, or undefined for any other request. */
export function answerAside(_request: WireRequest, _fleet: Fleet): Aside | undefined {
  return undefined;
}
