import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";

/** Concurrent executions of functions in an account and Region. */
export interface Concurrency {
  /** The quota; 1,000 in most accounts, 10 in new ones. */
  readonly limit: number;
  /** Concurrency reserved by functions. */
  readonly reserved: number;
}

const CODE_BYTES = 80_530_636_800;

/** Lambda's settings of one account and Region. The functions themselves run elsewhere. */
export class LambdaAccount implements StandIn {
  readonly #concurrency: Concurrency;

  constructor(concurrency: Concurrency) {
    this.#concurrency = concurrency;
  }

  call(operation: string): unknown {
    if (operation !== "GetAccountSettings") {
      throw new ServiceError("UnknownOperationException", `lambda:${operation} is not part of this stand-in`, 404);
    }
    const { limit, reserved } = this.#concurrency;
    return {
      AccountLimit: {
        TotalCodeSize: CODE_BYTES,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: limit,
        UnreservedConcurrentExecutions: limit - reserved,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: 0 },
    };
  }
}
