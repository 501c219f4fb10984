import type { Caller, StandIn } from "../../local/gateway/stand-in.ts";

/** Security Hub that counts the findings in the requests of BatchImportFindings. */
export class ImportCounter implements StandIn {
  readonly #standIn: StandIn;
  /** Findings imported since the start. */
  imports = 0;

  constructor(standIn: StandIn) {
    this.#standIn = standIn;
  }

  call(operation: string, input: Record<string, unknown>, caller: Caller): unknown {
    const answer = this.#standIn.call(operation, input, caller);
    const { Findings: findings } = input;
    if (operation === "BatchImportFindings" && Array.isArray(findings)) this.imports += findings.length;
    return answer;
  }
}
