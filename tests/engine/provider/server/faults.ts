/** Planned faults: a named resource or a function fails, waits, or ends the provider's process. */
import { setTimeout } from "node:timers/promises";
import { AwsError } from "../account/aws-error.ts";

export type Operation = "create" | "read" | "update" | "delete" | "invoke";

export interface Fault {
  /** Type token, such as `aws:sqs/queue:Queue`, or the token of a function. Default: any. */
  readonly type?: string;
  /** Regular expression for the logical name. Functions have none: "". */
  readonly name: string;
  readonly operation: Operation;
  readonly kind: "fail" | "delay" | "crash";
  /** Number of times, in each provider process. Default: always. */
  readonly count?: number;
  /** Duration of a delay. Default: 1. */
  readonly seconds?: number;
  /** The fault comes after the effect: AWS did it, and the provider did not say so. */
  readonly after?: boolean;
}

interface Target {
  readonly type: string;
  readonly logicalName: string;
}

/** The faults of a provider process. */
export class Faults {
  readonly #left: { fault: Fault; left: number }[];

  /** @param text the faults as a JSON list; "" for none */
  constructor(text: string) {
    const faults = text === "" ? [] : (JSON.parse(text) as Fault[]);
    this.#left = faults.map((fault) => ({ fault, left: fault.count ?? Infinity }));
  }

  /** Runs an operation with its faults. */
  async around<Result>(operation: Operation, resource: Target, effect: () => Result): Promise<Result> {
    await this.#strike(operation, resource, false);
    const result = effect();
    await this.#strike(operation, resource, true);
    return result;
  }

  async #strike(operation: Operation, { type, logicalName }: Target, after: boolean): Promise<void> {
    const due = this.#left.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.operation === operation &&
        (fault.type ?? type) === type &&
        (fault.after ?? false) === after &&
        new RegExp(fault.name, "u").test(logicalName),
    );
    if (due === undefined) return;
    due.left -= 1;
    const { kind, seconds = 1 } = due.fault;
    if (kind === "crash") process.exit(1);
    if (kind === "fail") throw new AwsError("ServiceUnavailable", `planned fault: ${operation} of ${logicalName}`);
    await setTimeout(seconds * 1000);
  }
}
