import type { FaultPlan } from "../gateway/faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Pacing } from "../gateway/pacing.ts";
import type { StandIn } from "../gateway/stand-in.ts";
import type { CapturedResource } from "../program/captured-resource.ts";
import type { LogSink } from "../services/lambda/lambda-environment.ts";

/** The options of a run of the captured program. */
export interface CloudOptions {
  readonly resources: readonly CapturedResource[];
  /** Already listening: its port is part of the queue URLs. */
  readonly gateway: Gateway;
  /** Stand-ins by service (`ssm`, `securityhub`) and Region. */
  readonly services: Readonly<Record<string, ReadonlyMap<string, StandIn>>>;
  readonly faults?: FaultPlan;
  /** Quotas and durations. Default: none. */
  readonly pacing?: Pacing;
  /** Maximum number of seconds of the program's time per second. Default: no limit. */
  readonly pace?: number;
  readonly now: () => Date;
  /** Selects the scheduled rules that run on their schedule, by resource name. Default: all. */
  readonly schedules?: (ruleName: string) => boolean;
  /** Returns the log sink of a function. Default: logs are dropped. */
  readonly log?: (functionName: string) => LogSink;
  /** How many of the newest executions keep the payloads of their states. Default: 0. */
  readonly keepPayloads?: number;
}
