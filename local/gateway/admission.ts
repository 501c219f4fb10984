/** Handles every API call before a stand-in answers it: counts it, applies the fault plan and checks its permission. */
import type { Fault, FaultPlan } from "./faults.ts";
import { pause, type PacedCall, type Pacing } from "./pacing.ts";
import { ServiceError, type Caller } from "./stand-in.ts";

/** One API call as received. */
export interface ApiCall {
  /** The signing name: ssm, securityhub, sqs, states, lambda. */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly caller: Caller;
  /** The function that made the call, if any. */
  readonly functionName?: string;
}

/** A call that no policy of the role (or of the resource) allowed. */
export interface DeniedCall {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly function?: string;
}

/** The permissions of the callers. */
export interface Permissions {
  /** Returns the first action on a resource that the call needs and the role lacks, or undefined if none is missing. */
  missing(call: ApiCall): { readonly action: string; readonly resource: string } | undefined;
}

/** Access-denied errors of the services that do not answer AccessDeniedException with status 400. */
const DENIALS: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  securityhub: { code: "AccessDeniedException", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
};

/** Counts calls, injects faults and denies access. Each run has its own. */
export class Admission {
  readonly #apiCalls = new Map<string, number>();
  readonly #denied: DeniedCall[] = [];
  readonly #permissions: Permissions;
  readonly #faults: FaultPlan | undefined;
  readonly #pacing: Pacing | undefined;

  constructor(permissions: Permissions, faults?: FaultPlan, pacing?: Pacing) {
    this.#permissions = permissions;
    this.#faults = faults;
    this.#pacing = pacing;
  }

  /** The number of calls of each operation, such as `ssm:ListComplianceItems`, sorted by name. */
  get apiCalls(): Record<string, number> {
    return Object.fromEntries([...this.#apiCalls].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get denied(): readonly DeniedCall[] {
    return this.#denied;
  }

  /** Counts a received call. @returns the fault to inject, if any */
  receive(service: string, operation: string): Fault | undefined {
    const key = `${service}:${operation}`;
    this.#apiCalls.set(key, (this.#apiCalls.get(key) ?? 0) + 1);
    return this.#faults?.next(service, operation);
  }

  /** Returns the fault to inject into a call that AWS makes for the program. It is not counted. */
  fault(service: string, operation: string): Fault | undefined {
    return this.#faults?.next(service, operation);
  }

  /** Returns the latency of a received call, and the refusal if it is over the quota. */
  pace(service: string, operation: string, fault: Fault | undefined): PacedCall {
    return this.#pacing?.call(service, operation, fault !== undefined) ?? { latencyMs: 0 };
  }

  /** Waits as long as a Task state takes besides its work. */
  taskPause(): Promise<void> {
    return pause(this.#pacing?.taskMs ?? 0);
  }

  /**
   * Checks the permission of a call.
   * @throws {ServiceError} AccessDeniedException, worded like AWS's. The call is recorded as denied
   */
  authorize(call: ApiCall): void {
    const missing = this.#permissions.missing(call);
    if (missing === undefined) return;
    const { action, resource } = missing;
    this.recordDenied({
      role: call.caller.roleArn,
      action,
      resource,
      ...(call.functionName === undefined ? {} : { function: call.functionName }),
    });
    const message = `User: ${call.caller.roleArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
    throw new ServiceError(
      DENIALS[call.service]?.code ?? "AccessDeniedException",
      message,
      DENIALS[call.service]?.status,
    );
  }

  /** Records a denial by a policy that is not the role's, such as a queue policy. */
  recordDenied(call: DeniedCall): void {
    this.#denied.push(call);
  }
}
