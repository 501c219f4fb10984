/** What every API call passes before a stand-in answers it: it is counted, may be broken by the fault plan, and needs permission. */
import type { Fault, FaultPlan } from "./faults.ts";
import { ServiceError, type Caller } from "./stand-in.ts";

/** One API call on its way in. */
export interface ApiCall {
  /** The signing name: ssm, securityhub, sqs, states, lambda. */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly caller: Caller;
  /** The function that made the call, where one did. */
  readonly functionName?: string;
}

/** A call that a role's policies (or a resource's policy) did not allow. */
export interface DeniedCall {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly function?: string;
}

/** What IAM says to a call. */
export interface Permissions {
  /** The first action on a resource that the caller's role may not do; undefined if it may do all that the call needs. */
  missing(call: ApiCall): { readonly action: string; readonly resource: string } | undefined;
}

/** How a service says that a caller may not, where it is not AccessDeniedException with status 400. */
const DENIALS: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  securityhub: { code: "AccessDeniedException", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
};

/** Counts, breaks and refuses calls; one per run. */
export class Admission {
  readonly #apiCalls = new Map<string, number>();
  readonly #denied: DeniedCall[] = [];
  readonly #permissions: Permissions;
  readonly #faults: FaultPlan | undefined;

  constructor(permissions: Permissions, faults?: FaultPlan) {
    this.#permissions = permissions;
    this.#faults = faults;
  }

  /** How often each operation was called, such as `ssm:ListComplianceItems`, sorted by name. */
  get apiCalls(): Record<string, number> {
    return Object.fromEntries([...this.#apiCalls].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get denied(): readonly DeniedCall[] {
    return this.#denied;
  }

  /** Counts a call as received, and says which fault (if any) is to happen to it. */
  receive(service: string, operation: string): Fault | undefined {
    const key = `${service}:${operation}`;
    this.#apiCalls.set(key, (this.#apiCalls.get(key) ?? 0) + 1);
    return this.#faults?.next(service, operation);
  }

  /**
   * @throws {ServiceError} AccessDeniedException, with the text AWS uses; the call is recorded as denied
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

  /** Records a refusal that another policy than a role's caused, such as a queue's. */
  recordDenied(call: DeniedCall): void {
    this.#denied.push(call);
  }
}
