/** The durations that the bench assumes. They are not measured in AWS. All are in milliseconds. */

/** From a request to its answer, as a function in the same Region sees it. */
const LATENCIES: Readonly<Record<string, number>> = {
  ssm: 80,
  securityhub: 120,
  ec2: 100,
  sqs: 15,
  states: 30,
  lambda: 15,
};
const OTHER_LATENCY = 50;

/** A Task state and the state before it that decides: two transitions. */
export const TASK_MS = 50;

/** From an event in Systems Manager until its message is in the work queue. */
export const EVENT_DELIVERY_MS = 500;

/** The CPU time of an invocation on a whole vCPU: a fixed part, and one for each kilobyte of its event and its answer. */
interface CpuTime {
  readonly fixed: number;
  readonly perKilobyte: number;
}

/**
 * Measured on one core with node --cpu-prof, in executions of 50 nodes: the samples with the bundle on the stack, without
 * loading it (docs/performance.md).
 */
const CPU: Readonly<Record<string, CpuTime>> = {
  dispatch: { fixed: 3, perKilobyte: 0.33 },
  gather: { fixed: 5, perKilobyte: 1.6 },
  evaluate: { fixed: 1, perKilobyte: 0.03 },
  "choose-severity": { fixed: 1, perKilobyte: 0.01 },
  publish: { fixed: 5, perKilobyte: 0.8 },
  redrive: { fixed: 10, perKilobyte: 0 },
  sweep: { fixed: 500, perKilobyte: 0 },
};
const OTHER_CPU: CpuTime = { fixed: 5, perKilobyte: 0.3 };

/** With less memory a function has a proportional share of one vCPU (Lambda developer guide, "Configure memory"). */
const MEGABYTES_PER_CPU = 1_769;
const BYTES_PER_KILOBYTE = 1_024;

/**
 * Returns the time that an invocation computes in a warm environment, before its calls and after them. Its calls take
 * their own time.
 */
export function computingTime(entry: string, memoryMegabytes: number) {
  const { fixed, perKilobyte } = CPU[entry] ?? OTHER_CPU;
  const share = Math.min(1, memoryMegabytes / MEGABYTES_PER_CPU);
  const time = (start: number, bytes: number) =>
    Math.round((start + (perKilobyte * bytes) / BYTES_PER_KILOBYTE) / share);
  return {
    before: (eventBytes: number) => time(fixed, eventBytes),
    after: (answerBytes: number) => time(0, answerBytes),
  };
}

export const latencyOf = (service: string): number => LATENCIES[service] ?? OTHER_LATENCY;
