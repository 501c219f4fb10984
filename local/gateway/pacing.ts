import type { ServiceError } from "./stand-in.ts";

/** The decision about one call when it arrives. */
export interface PacedCall {
  /** Time until the answer arrives at the caller, in milliseconds of the program's time. */
  readonly latencyMs: number;
  /** The answer to a call over the quota. */
  readonly refusal?: ServiceError;
}

/** A function and the event of one invocation. */
export interface InvokedFunction {
  /** The entry file, such as `gather`. */
  readonly entry: string;
  readonly memoryMegabytes: number;
  readonly event: unknown;
}

/**
 * The quotas of the services, and the durations that a run adds in the program's time. Without it, all work takes no
 * time and no quota applies.
 */
export interface Pacing {
  /** How long a Task state takes besides its work, in milliseconds. */
  readonly taskMs: number;
  /** Decides about a received call. @param isFaulty the fault plan answers this call, so it uses no quota */
  call(service: string, operation: string, isFaulty: boolean): PacedCall;
  /** Runs one invocation of a function and adds its duration. @returns its answer */
  invocation(invoked: InvokedFunction, run: () => Promise<unknown>): Promise<unknown>;
}

/** Waits in the program's time. Without a duration it does not wait. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
}
