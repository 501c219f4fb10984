import type { Fleet } from "../../local/fleet/fleet.ts";
import type { StandIn } from "../../local/gateway/stand-in.ts";
import { SystemsManager } from "../../local/services/systems-manager/systems-manager.ts";

/** Systems Manager in an account without documents, which Prowler lists in every run. */
export class PeerSystemsManager implements StandIn {
  readonly #ssm: SystemsManager;

  constructor(fleet: Fleet) {
    this.#ssm = new SystemsManager(fleet);
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    return operation === "ListDocuments" ? { DocumentIdentifiers: [] } : this.#ssm.call(operation, input);
  }
}
