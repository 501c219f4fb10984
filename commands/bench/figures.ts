/** The figures of one phase. */
import type { BenchCloud } from "./bench-cloud.ts";
import { boundOf, type Bound } from "./bound.ts";
import { problemsOf } from "./checks.ts";
import type { Quotas } from "./quotas.ts";
import type { CallCount, FunctionCount } from "./recorder.ts";

/** All counts repeat for a seed. Seconds are of the program's time, from modelled durations. */
export interface Figures {
  readonly phase: string;
  readonly calls: Readonly<Record<string, CallCount>>;
  /** Accepted calls of Systems Manager and Security Hub. */
  readonly accepted: number;
  readonly acceptedPer1000Nodes: number;
  /** Throttled calls of these services. */
  readonly throttled: number;
  readonly throttledPerAcceptedRead: number;
  /** Findings in the accepted requests of BatchImportFindings. */
  readonly imports: number;
  readonly executions: number;
  readonly transitions: number;
  readonly transitionsPerExecution: number;
  readonly functions: Readonly<Record<string, FunctionCount>>;
  readonly gigabyteSeconds: number;
  /** The largest state of this and the earlier phases, in UTF-8 bytes. */
  readonly largestStateBytes: number;
  /** Until Security Hub accepted the last finding, or until the last call if no finding changed. */
  readonly seconds: number;
  readonly bound?: Bound;
  readonly secondsPerBound?: number;
  readonly openFindings: number;
  readonly expectedOpenFindings: number;
  /** Each is one sentence. None if the phase ended well. */
  readonly problems: readonly string[];
}

const isLimited = (operation: string): boolean => /^(?:ssm|securityhub):/.test(operation);
const isRead = (operation: string): boolean => isLimited(operation) && /:(?:Describe|Get|List)/.test(operation);
const isWrite = (operation: string): boolean => /^securityhub:Batch(?:Import|Update)Findings$/.test(operation);

/** Starts to count. @returns a function that returns the figures since then */
export function startCounting(run: BenchCloud, quotas: Quotas | undefined) {
  const { cloud, recorder, importCounter } = run;
  recorder.reset();
  const before = {
    start: Date.now(),
    imports: importCounter.imports,
    executions: cloud.executions().length,
    transitions: cloud.usage.transitions,
  };
  return async (phase: string, expectedOpenFindings: number, isOutage = false): Promise<Figures> => {
    const { calls, functions } = recorder;
    const accepted = sum(calls, isLimited, "accepted");
    const executions = cloud.executions().length - before.executions;
    const transitions = cloud.usage.transitions - before.transitions;
    const end = recorder.lastAnswer(isWrite) ?? recorder.lastAnswer(isLimited) ?? before.start;
    const seconds = (end - before.start) / 1000;
    const bound = boundOf(calls, quotas);
    const openFindings = openIn(run);
    return {
      phase,
      calls,
      accepted,
      acceptedPer1000Nodes: rounded((accepted * 1000) / run.fleet.nodes.length),
      throttled: sum(calls, isLimited, "throttled"),
      throttledPerAcceptedRead: ratio(sum(calls, isRead, "throttled"), sum(calls, isRead, "accepted")),
      imports: importCounter.imports - before.imports,
      ...{ executions, transitions, transitionsPerExecution: ratio(transitions, executions) },
      functions,
      gigabyteSeconds: Object.values(functions).reduce((total, each) => total + each.gigabyteSeconds, 0),
      largestStateBytes: cloud.largestStateBytes,
      seconds,
      ...(bound && { bound, secondsPerBound: ratio(seconds, bound.seconds) }),
      ...{ openFindings, expectedOpenFindings },
      problems: isOutage ? [] : await problemsOf(run, openFindings, expectedOpenFindings),
    };
  };
}

function openIn({ hub }: BenchCloud): number {
  const findings = hub.findings() as {
    readonly RecordState?: string;
    readonly Compliance?: { readonly Status?: string };
  }[];
  return findings.filter(({ RecordState, Compliance }) => RecordState === "ACTIVE" && Compliance?.Status === "FAILED")
    .length;
}

function sum(
  calls: Readonly<Record<string, CallCount>>,
  isCounted: (operation: string) => boolean,
  outcome: keyof CallCount,
): number {
  const counted = Object.entries(calls).filter(([operation]) => isCounted(operation));
  return counted.reduce((total, [, count]) => total + count[outcome], 0);
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : rounded(part / whole));
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
