/** The fault plan of a run: which API calls fail, when, and how (options `--faults` and `--outage`). */
import * as z from "zod";
import { firstIssue, InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";

/** Operations of the local cloud. A plan for any other operation would test nothing without a message. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  ssm: [
    "DescribeInstanceInformation",
    "DescribeInstancePatches",
    "DescribeInstancePatchStates",
    "DescribeMaintenanceWindowExecutionTaskInvocations",
    "DescribeMaintenanceWindowExecutionTasks",
    "GetMaintenanceWindow",
    "ListAssociations",
    "ListCommandInvocations",
    "ListComplianceItems",
    "ListInventoryEntries",
    "ListResourceComplianceSummaries",
  ],
  ec2: ["DescribeInstances"],
  tag: ["GetResources"],
  securityhub: [
    "BatchImportFindings",
    "BatchUpdateFindings",
    "DescribeHub",
    "DisableImportFindingsForProduct",
    "EnableImportFindingsForProduct",
    "GetFindingAggregator",
    "GetFindings",
    "GetInsights",
    "ListEnabledProductsForImport",
    "ListFindingAggregators",
    "ListStandardsControlAssociations",
  ],
  sqs: [
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "DeleteMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ReceiveMessage",
    "SendMessage",
    "SendMessageBatch",
  ],
  // EventBridge's deliveries to targets outside the program.
  sns: ["Publish"],
  events: ["PutEvents"],
  states: ["DescribeExecution", "ListExecutions", "StartExecution"],
  lambda: ["GetAccountSettings", "Invoke"],
  kms: ["DescribeKey", "GetKeyPolicy"],
  sts: ["GetCallerIdentity"],
};

/** Calls whose response can report failed entries. */
const PARTIAL = new Set([
  "securityhub:BatchImportFindings",
  "securityhub:BatchUpdateFindings",
  "sqs:SendMessageBatch",
  "sqs:DeleteMessageBatch",
  "sqs:ChangeMessageVisibilityBatch",
]);

const DEFAULT_ERROR_CODE: Readonly<Record<string, string>> = {
  ssm: "InternalServerError",
  ec2: "InternalError",
  tag: "InternalServiceException",
  securityhub: "InternalException",
  sqs: "InternalError",
  sns: "InternalError",
  events: "InternalException",
  states: "ServiceException",
  lambda: "ServiceException",
  kms: "KMSInternalException",
  sts: "InternalFailure",
};

const ruleSchema = z
  .strictObject({
    service: z.enum(Object.keys(OPERATIONS)),
    operation: z.string().default("*"),
    from: z.int().min(1).default(1),
    count: z.int().min(1).optional(),
    seconds: z.number().positive().optional(),
    kind: z.enum(["error", "timeout", "reset", "partial"]),
    status: z.int().min(400).max(599).default(500),
    code: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9]{0,99}$/, "must be an error name such as LimitExceededException")
      .optional(),
  })
  .superRefine((rule, context) => {
    const known = OPERATIONS[rule.service] ?? [];
    if (rule.operation !== "*" && !known.includes(rule.operation)) {
      const message = `${JSON.stringify(rule.operation.slice(0, 80))} is not an operation of ${rule.service} in the local cloud; allowed: *, ${known.join(", ")}`;
      context.addIssue({ code: "custom", path: ["operation"], message });
    }
    if ((rule.count === undefined) === (rule.seconds === undefined)) {
      context.addIssue({
        code: "custom",
        path: [],
        message: "needs either count (calls) or seconds (at the run's time scale)",
      });
    }
    if (rule.kind === "partial" && !PARTIAL.has(`${rule.service}:${rule.operation}`)) {
      const message = `partial is possible for ${[...PARTIAL].join(", ")} only`;
      context.addIssue({ code: "custom", path: ["kind"], message });
    }
  });

/** One entry of a fault plan, with its defaults. */
export type FaultRule = z.output<typeof ruleSchema>;

/** The fault to inject into one call. */
export interface Fault {
  readonly kind: FaultRule["kind"];
  readonly status: number;
  readonly code: string;
}

interface RuleInUse {
  readonly rule: FaultRule;
  calls: number;
  /** Epoch milliseconds of the first call that it applied to. */
  since?: number;
}

/** The fault plan in use. It counts calls, so each run needs its own. */
export class FaultPlan {
  readonly #rules: RuleInUse[];
  readonly #now: () => number;
  readonly #injected = new Map<string, number>();
  /** If false, every operation of Security Hub answers 500, whatever the rules say. */
  hubAvailable = true;

  /** @param now returns epoch milliseconds, for `seconds` */
  constructor(rules: readonly FaultRule[], now: () => number) {
    this.#rules = rules.map((rule) => ({ rule, calls: 0 }));
    this.#now = now;
  }

  /** Whether Security Hub is available now: neither switched off nor in an outage of the plan. */
  get hubAnswers(): boolean {
    const isOutage = ({ rule, since }: RuleInUse) =>
      rule.service === "securityhub" &&
      rule.operation === "*" &&
      rule.kind !== "partial" &&
      since !== undefined &&
      this.#now() - since < (rule.seconds ?? 0) * 1000;
    return this.hubAvailable && !this.#rules.some(isOutage);
  }

  /** The number of injected faults by operation and kind: `{"ssm:ListComplianceItems error": 12}`. */
  get injected(): Record<string, number> {
    return Object.fromEntries(this.#injected);
  }

  /** Counts a call and returns the fault to inject. The first rule that applies decides. */
  next(service: string, operation: string): Fault | undefined {
    let fault: Fault | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.service !== service || (rule.operation !== "*" && rule.operation !== operation)) continue;
      entry.calls += 1;
      if (entry.calls < rule.from) continue;
      entry.since ??= this.#now();
      const applies =
        rule.count !== undefined
          ? entry.calls < rule.from + rule.count
          : this.#now() - entry.since < (rule.seconds ?? 0) * 1000;
      if (applies) fault ??= asFault(rule);
    }
    const decided = service === "securityhub" && !this.hubAvailable ? HUB_UNAVAILABLE : fault;
    if (decided !== undefined) {
      const key = `${service}:${operation} ${decided.kind}`;
      this.#injected.set(key, (this.#injected.get(key) ?? 0) + 1);
    }
    return decided;
  }
}

const HUB_UNAVAILABLE: Fault = { kind: "error", status: 500, code: "InternalException" };

function asFault(rule: FaultRule): Fault {
  const partialCode = rule.service === "securityhub" ? "InternalFailure" : "InternalError";
  const fallback = rule.kind === "partial" ? partialCode : (DEFAULT_ERROR_CODE[rule.service] ?? "InternalFailure");
  return { kind: rule.kind, status: rule.status, code: rule.code ?? fallback };
}

/**
 * Returns the rule for an outage: every operation of Security Hub answers 500 for this many seconds after the first
 * call.
 */
export const outageRule = (seconds: number): FaultRule => ({
  service: "securityhub",
  operation: "*",
  from: 1,
  seconds,
  ...HUB_UNAVAILABLE,
});

/**
 * Reads a fault plan from a file.
 * @throws {InputError} one line: the position, the value found, the values allowed
 */
export const readFaults = async (path: string): Promise<FaultRule[]> => checkFaults(await readJsonFile(path), path);

/** Checks a fault plan that was parsed already. `source` names it in messages. */
export function checkFaults(plan: unknown, source: string): FaultRule[] {
  const result = z
    .array(ruleSchema, 'must be a JSON array of fault rules (docs/local-run.md, "Fault plans")')
    .safeParse(plan);
  if (result.success) return result.data;
  throw new InputError(`${source}: ${firstIssue(result.error)}`);
}
