import type { Fleet } from "../../local/fleet/fleet.ts";
import type { FaultRule } from "../../local/gateway/faults.ts";
import type { Used } from "./measured-process.ts";

/** The result of one run of a tool. */
export interface Outcome {
  readonly used: Used;
  /** Calls received, by operation. */
  readonly apiCalls: Readonly<Record<string, number>>;
  /** The contents of Security Hub after the run. */
  readonly findings: readonly object[];
  /** Requests that the tool should not have made, or that nothing answers. Empty in a valid run. */
  readonly strays: readonly string[];
}

/** An account in which a tool runs several times. Security Hub and tags keep their contents between runs. */
export interface Session {
  run(fleet: Fleet, faults: readonly FaultRule[]): Promise<Outcome>;
  close(): Promise<void>;
}

/** A tool under comparison. */
export interface Tool {
  readonly name: string;
  /** Begins with an empty Security Hub. @param directory an empty directory for the files of this session */
  open(fleet: Fleet, directory: string): Promise<Session>;
}
